#!/usr/bin/env bash
# Run once, when PostgreSQL makes its cluster: two roles, neither a superuser. The owner migrates, the application
# gets its rights after each migration (platform/config/runner/roles.py).
set -euo pipefail
psql --username postgres --set ON_ERROR_STOP=1 --set owner="$OWNER_PASSWORD" --set application="$APPLICATION_PASSWORD" <<'SQL'
CREATE ROLE voltbridge LOGIN NOSUPERUSER NOCREATEDB PASSWORD :'application';
CREATE ROLE voltbridge_owner LOGIN NOSUPERUSER CREATEDB PASSWORD :'owner';
CREATE DATABASE voltbridge OWNER voltbridge_owner ENCODING 'UTF8' LOCALE_PROVIDER builtin BUILTIN_LOCALE 'C.UTF-8' TEMPLATE template0;
SQL
