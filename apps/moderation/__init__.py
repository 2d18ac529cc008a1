"""A moderator approves, returns with reasons or declines what was submitted; nothing is public before."""
