// Results on a map: what it shows is read from the tables beside it, the shapes from two files of this site.

const { L, topojson } = window;

// Degrees of longitude are drawn at four fifths of those of latitude, so that the middle latitudes keep their shape.
const FLAT = L.extend({}, L.CRS.EPSG4326, { transformation: L.transformation(1 / 180, 1, -1 / 144, 0.5) });
// The world is cut through the Bering Strait, where it cuts no country; Antarctica is left out.
const CUT = -169;
const WORLD = [[-57, CUT], [80, CUT + 360]];
const ANTARCTICA = "010";
// Radii of circles in pixels: of one result, and of the country with most of them on a wide map.
const LEAST = 8;
const MOST = 26;
const NEAREST = 6;
const START = 4;
const MARGIN = 32;
// Sites lie under the circles, whose numbers must be read.
const UNDER = -100_000;

const files = new Map();
let shown;

const fetched = async (address) => {
  const answer = await fetch(address);
  if (!answer.ok) throw new Error(`${address}: ${answer.status}`);
  return answer.json();
};

const read = (address) => {
  if (!files.has(address)) files.set(address, fetched(address));
  return files.get(address);
};

const uncut = (longitude) => (longitude < CUT ? longitude + 360 : longitude);

// Rings that cross the line where degrees jump go on beyond it.
const unbroken = (ring) => {
  let turns = 0;
  const found = ring.map(([longitude, latitude], at) => {
    const step = at ? longitude - ring[at - 1][0] : 0;
    if (Math.abs(step) > 180) turns -= 360 * Math.sign(step);
    return [longitude + turns, latitude];
  });
  const west = Math.min(...found.map(([longitude]) => longitude));
  return west < -180 ? found.map(([longitude, latitude]) => [longitude + 360, latitude]) : found;
};

const laid = (shape) => {
  const { type, coordinates } = shape.geometry;
  const parts = (type === "Polygon" ? [coordinates] : coordinates).map((rings) => rings.map(unbroken));
  return { ...shape, geometry: { type: "MultiPolygon", coordinates: parts } };
};

// The middle of a country's largest part, (longitude, latitude).
const middle = ({ coordinates }) => {
  const measured = coordinates.map(([ring]) => {
    let [area, x, y] = [0, 0, 0];
    for (let at = 0; at < ring.length - 1; at += 1) {
      const [[x1, y1], [x2, y2]] = [ring[at], ring[at + 1]];
      const cross = x1 * y2 - x2 * y1;
      area += cross;
      x += (x1 + x2) * cross;
      y += (y1 + y2) * cross;
    }
    return { size: Math.abs(area), at: [x / (3 * area), y / (3 * area)] };
  });
  return measured.reduce((best, each) => (each.size > best.size ? each : best)).at;
};

const text = (tag, name, words) => {
  const made = document.createElement(tag);
  made.className = name;
  made.textContent = words;
  return made;
};

const linked = (link, name) => {
  const made = text("a", name, "");
  made.href = link.href;
  return made;
};

const place = (map, [longitude, latitude], html, more = {}) =>
  L.marker([latitude, uncut(longitude)], {
    icon: L.divIcon({ className: "map__icon", html, iconSize: [0, 0] }),
    interactive: false,
    keyboard: false,
    ...more,
  }).addTo(map);

const countries = () =>
  [...document.querySelectorAll("#places tbody tr")].map((row) => ({
    code: row.dataset.code,
    numbers: row.dataset.numbers.split(" "),
    count: Number(row.dataset.count),
    figure: row.querySelector(".num").textContent,
    link: row.querySelector("a"),
  }));

const circle = (country, share, width) => {
  const made = linked(country.link, "map__country");
  const most = Math.min(MOST, Math.max(2 * LEAST, width / 32));
  made.style.setProperty("--radius", `${LEAST + (most - LEAST) * Math.sqrt(share)}px`);
  made.append(text("span", "map__disc", country.figure), " ", text("span", "map__name", country.link.textContent));
  if (country.link.hasAttribute("aria-current")) made.setAttribute("aria-current", "true");
  return made;
};

const sites = (map) => {
  for (const each of document.querySelectorAll("#sites li")) {
    const link = each.querySelector("a");
    const made = linked(link, "map__site");
    // Whoever uses the keyboard has them in the list.
    made.tabIndex = -1;
    const name = text("span", "map__name", link.textContent);
    name.dir = "auto";
    made.append(text("span", "map__dot", ""), name);
    place(map, [Number(each.dataset.longitude), Number(each.dataset.latitude)], made, { zIndexOffset: UNDER });
  }
};

const ground = (map, world, disputed, found) => {
  const numbered = new Map(found.flatMap((country) => country.numbers.map((number) => [number, country])));
  const of = (shape) => numbered.get(String(shape.id).padStart(3, "0"));
  const all = world.objects.countries;
  const pairs = new Set(disputed.map((pair) => [...pair].sort().join("|")));
  const isDisputed = (a, b) => pairs.has([a.properties.name, b.properties.name].sort().join("|"));
  const lines = (name, chosen) => {
    const mesh = topojson.mesh(world, all, (a, b) => a !== b && chosen(a, b));
    L.geoJSON(mesh, { interactive: false, style: { className: name } }).addTo(map);
  };
  const shapes = topojson.feature(world, all).features.filter((shape) => shape.id !== ANTARCTICA).map(laid);
  L.geoJSON(shapes, {
    style: (shape) => ({ stroke: false, className: of(shape) ? "map__land map__land--found" : "map__land" }),
    onEachFeature: (shape, layer) => {
      layer.options.interactive = Boolean(of(shape));
      layer.on("click", () => of(shape).link.click());
    },
  }).addTo(map);
  lines("map__border", (a, b) => !isDisputed(a, b));
  lines("map__border map__border--disputed", isDisputed);
  return new Map(shapes.filter(of).map((shape) => [of(shape).code, middle(shape.geometry)]));
};

// Names stand where there is room, those of the larger circles first; the others show on hover and focus.
const thin = (box) => {
  const edge = box.getBoundingClientRect().right;
  const taken = [...box.querySelectorAll(".map__disc")].map((disc) => [disc, disc.getBoundingClientRect()]);
  for (const name of box.querySelectorAll(".map__country .map__name")) {
    name.classList.remove("map__name--before");
    if (name.getBoundingClientRect().right > edge) name.classList.add("map__name--before");
    const here = name.getBoundingClientRect();
    const meets = ([owner, there]) =>
      owner.parentElement !== name.parentElement &&
      here.left < there.right && here.right > there.left && here.top < there.bottom && here.bottom > there.top;
    const crowded = taken.some(meets);
    name.classList.toggle("map__name--crowded", crowded);
    if (!crowded) taken.push([name, here]);
  }
};

const opened = (box) => {
  const map = L.map(box, {
    crs: FLAT,
    attributionControl: false,
    zoomControl: false,
    scrollWheelZoom: false,
    // A finger that scrolls the page goes past; two fingers move the map.
    dragging: matchMedia("(pointer: fine)").matches,
    inertia: false,
    zoomAnimation: false,
    fadeAnimation: false,
    markerZoomAnimation: false,
    zoomSnap: 0,
    minZoom: -2,
    maxZoom: NEAREST,
    maxBounds: L.latLngBounds(WORLD).pad(0.4),
  });
  const { nearer, farther } = box.dataset;
  // Over the South Pacific, where there is least to hide.
  L.control.zoom({ position: "bottomleft", zoomInTitle: nearer, zoomOutTitle: farther }).addTo(map);
  map.fitBounds(WORLD);
  map.setMinZoom(map.getZoom());
  return map;
};

const draw = async (box) => {
  const [world, { disputed = [], small = {} }] = await Promise.all([read(box.dataset.world), read(box.dataset.borders)]);
  if (!box.isConnected) return;
  shown?.remove();
  shown = opened(box);
  const found = countries();
  const middles = ground(shown, world, disputed, found);
  sites(shown);
  const marked = L.latLngBounds([]);
  for (const country of found) {
    const at = middles.get(country.code) ?? small[country.code];
    if (!at) continue;
    const html = circle(country, country.count / found[0].count, box.clientWidth);
    const point = place(shown, at, html, { zIndexOffset: -country.count }).getLatLng();
    html.addEventListener("focus", () => shown.panInside(point, { padding: [MARGIN, MARGIN], animate: false }));
    marked.extend(point);
  }
  // Below, the buttons take the room of two margins.
  const room = { paddingTopLeft: [MARGIN, MARGIN], paddingBottomRight: [MARGIN, 2 * MARGIN], maxZoom: START };
  if (marked.isValid()) shown.fitBounds(marked, room);
  shown.on("zoomend resize", () => thin(box));
  thin(box);
};

const start = () => {
  const box = document.querySelector(".map__ground");
  if (!box || box.classList.contains("leaflet-container")) return;
  draw(box).catch((error) => {
    console.error(error);
    box.hidden = true;
    document.querySelector(".map__failed").hidden = false;
  });
};

document.addEventListener("htmx:afterSettle", start);
start();
