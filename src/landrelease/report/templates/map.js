"use strict";
// The map page of a landrelease study. All data and words are in #study; nothing is fetched from anywhere.
(function () {
  const study = JSON.parse(document.getElementById("study").textContent);
  const words = study.texts;
  const NEVER = 10000000;
  const PAGE = 100;
  const MANY = 2000; // points above this are drawn as dots
  const byId = (id) => document.getElementById(id);
  const hidden = new Set(["tasks"]); // names of layers and codes of states that are off; outlines of tasks would hide states
  const parts = study.parts, evidence = study.evidence, tasks = study.tasks;
  let day = study.steps.length ? study.steps[study.steps.length - 1] : NEVER - 1;
  let map = null, popup = null, timer = null;

  // ---------------------------------------------------------------- values and words
  const wordOf = (column, row) => column.codes[row] < 0 ? words.unknown : column.values[column.codes[row]];
  const whole = new Intl.NumberFormat(study.language, { maximumFractionDigits: 0 });
  const fine = new Intl.NumberFormat(study.language, { maximumSignificantDigits: 4 });
  const dateOf = (number) => number <= 0 || number >= NEVER ? words.unknown
    : new Date(number * 86400000).toISOString().slice(0, 10);
  const percent = new Intl.NumberFormat(study.language, { style: "percent", maximumSignificantDigits: 2 });
  const bounded = (row) => parts.items_low[row] === null ? "" : ` (${words.bounds.replace("{low}", whole.format(parts.items_low[row]))
    .replace("{high}", whole.format(parts.items_high[row]))})`;
  const itemsOf = (row) => parts.items[row] === null ? "" : fine.format(parts.items[row]) + bounded(row);
  const shortItemsOf = (row) => itemsOf(row).includes(" (")
    ? `${fine.format(parts.items[row])} (${whole.format(parts.items_low[row])}–${whole.format(parts.items_high[row])})` : itemsOf(row);
  const chanceOf = (row) => parts.chance[row] === null ? ""
    : parts.chance[row] > 0.99 ? `> ${percent.format(0.99)}` : percent.format(parts.chance[row]);
  const estimated = parts.items.some((items) => items !== null);
  const stateOf = (row) => day < parts.reported[row] ? 0 : day < parts.decided[row] ? parts.after[row] : parts.final[row];
  const isKnown = (row) => parts.from[row] <= day;

  function element(name, attributes, ...children) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) {
      if (key === "on") for (const [event, handler] of Object.entries(value)) made.addEventListener(event, handler);
      else if (key in made && key !== "list") made[key] = value;
      else made.setAttribute(key, value);
    }
    made.append(...children);
    return made;
  }

  // ---------------------------------------------------------------- shapes
  function ring(steps) {
    const positions = [];
    let x = 0, y = 0;
    for (let i = 0; i < steps.length; i += 2) {
      x += steps[i];
      y += steps[i + 1];
      positions.push([x / 1e6, y / 1e6]);
    }
    return positions;
  }
  const multiPolygon = (shape) => ({ type: "MultiPolygon", coordinates: shape.map((polygon) => polygon.map(ring)) });
  const feature = (id, geometry, properties) => ({ type: "Feature", id, geometry, properties });
  const collection = (features) => ({ type: "FeatureCollection", features });

  const partFeatures = () => collection(parts.shape.map((shape, row) => feature(row, multiPolygon(shape), {
    row, from: parts.from[row], reported: parts.reported[row], decided: parts.decided[row],
    after: parts.after[row], final: parts.final[row],
  })));
  const evidenceFeatures = () => collection(evidence.x.map((x, row) => feature(row, {
    type: "Point", coordinates: [x / 1e6, evidence.y[row] / 1e6],
  }, { row, day: evidence.day[row], icon: iconOf(row) })));
  const taskFeatures = () => collection(tasks.shape.map((shape, row) =>
    feature(row, multiPolygon(shape), { row, start: tasks.start[row], end: tasks.end[row] })));
  const adminFeatures = () => collection(study.admin.shape.map((shape, row) =>
    feature(row, multiPolygon(shape), { row })));

  function boundsOf(shape) {
    const box = [180, 90, -180, -90];
    for (const [x, y] of shape.flatMap((polygon) => polygon.flatMap(ring))) {
      box[0] = Math.min(box[0], x); box[1] = Math.min(box[1], y);
      box[2] = Math.max(box[2], x); box[3] = Math.max(box[3], y);
    }
    return box;
  }

  // ---------------------------------------------------------------- marks: told apart by shape as well as colour
  const MARKS = {
    evidence: { colour: "#e69f00", points: [[0, -1], [0.95, 0.75], [-0.95, 0.75]] },
    accident: { colour: "#d55e00", points: [[-1, -0.45], [-0.45, -1], [0, -0.45], [0.45, -1], [1, -0.45], [0.45, 0],
      [1, 0.45], [0.45, 1], [0, 0.45], [-0.45, 1], [-1, 0.45], [-0.45, 0]] },
    "ordnance.item": { colour: "#0072b2", points: null },
    "eod.spot_task": { colour: "#009e73", points: [[-0.8, -0.8], [0.8, -0.8], [0.8, 0.8], [-0.8, 0.8]] },
    other: { colour: "#777777", points: [[0, -1], [1, 0], [0, 1], [-1, 0]] },
  };
  const iconOf = (row) => {
    const record = evidence.record.values[evidence.record.codes[row]];
    return record in MARKS ? record : "other";
  };

  function canvas(size) {
    const made = document.createElement("canvas");
    made.width = made.height = size;
    return made;
  }

  function drawMark(target, mark) {
    const size = target.width, pen = target.getContext("2d"), radius = size * 0.4;
    pen.translate(size / 2, size / 2);
    pen.beginPath();
    if (mark.points) mark.points.forEach(([x, y]) => pen.lineTo(x * radius, y * radius));
    else pen.arc(0, 0, radius * 0.9, 0, 2 * Math.PI);
    pen.closePath();
    pen.fillStyle = mark.colour;
    pen.strokeStyle = "#ffffff";
    pen.lineWidth = size / 12;
    pen.fill();
    pen.stroke();
    return target;
  }

  const PATTERNS = {
    lines: (pen, s) => { for (const d of [-s, 0, s]) { pen.moveTo(d, s); pen.lineTo(d + s, 0); } },
    cross: (pen, s) => { pen.moveTo(0, 0); pen.lineTo(s, s); pen.moveTo(s, 0); pen.lineTo(0, s); },
    level: (pen, s) => { pen.moveTo(0, s / 2); pen.lineTo(s, s / 2); },
    dots: (pen, s) => { pen.arc(s / 2, s / 2, s / 14, 0, 2 * Math.PI); },
  };

  function drawPattern(target, name) {
    const pen = target.getContext("2d");
    pen.strokeStyle = name === "cross" ? "rgba(255,255,255,0.9)" : "rgba(0,0,0,0.55)";
    pen.lineWidth = target.width / 10;
    pen.beginPath();
    PATTERNS[name](pen, target.width);
    pen.stroke();
    return target;
  }

  const pixels = (drawn) => drawn.getContext("2d").getImageData(0, 0, drawn.width, drawn.height);

  function addImages() {
    for (const [name, mark] of Object.entries(MARKS)) map.addImage(name, pixels(drawMark(canvas(32), mark)), { pixelRatio: 2 });
    for (const name of Object.keys(PATTERNS)) map.addImage(name, pixels(drawPattern(canvas(16), name)), { pixelRatio: 2 });
  }

  // ---------------------------------------------------------------- the map
  const isDark = () => document.documentElement.dataset.theme === "dark";
  const stateNow = () => ["case", ["<", day, ["get", "reported"]], 0, ["<", day, ["get", "decided"]], ["get", "after"],
    ["get", "final"]];
  const shownStates = () => study.states.map((state, code) => code).filter((code) => !hidden.has(code));
  const partFilter = () => ["all", ["<=", ["get", "from"], day], ["in", stateNow(), ["literal", shownStates()]]];
  const patternFilter = () => ["all", partFilter(),
    ["in", stateNow(), ["literal", shownStates().filter((code) => study.states[code].pattern)]]];
  const matched = (pick, fallback) => ["match", stateNow(),
    ...study.states.flatMap((state, code) => pick(state) ? [code, pick(state)] : []), fallback];
  const evidenceFilter = () => ["<=", ["get", "day"], day];
  const taskFilter = () => ["all", ["<=", ["get", "start"], day], [">=", ["get", "end"], day]];

  function style() {
    const sources = {
      parts: { type: "geojson", data: partFeatures(), tolerance: 0.2 },
      evidence: { type: "geojson", data: evidenceFeatures() },
      tasks: { type: "geojson", data: taskFeatures() },
      admin: { type: "geojson", data: adminFeatures() },
    };
    if (study.hazard) sources.hazard = { type: "image", url: study.hazard.image, coordinates: study.hazard.corners };
    return { version: 8, sources, layers: [{ id: "ground", type: "background", paint: { "background-color": "#f4f2ec" } }] };
  }

  function addLayers() {
    if (study.hazard) map.addLayer({ id: "hazard", type: "raster", source: "hazard",
      paint: { "raster-fade-duration": 0, "raster-resampling": "nearest" } });
    map.addLayer({ id: "admin", type: "line", source: "admin", paint: { "line-color": "#777777", "line-width": 1 } });
    map.addLayer({ id: "part-fill", type: "fill", source: "parts", filter: partFilter(),
      paint: { "fill-color": matched((state) => state.colour, "#777777"), "fill-opacity": 0.72 } });
    map.addLayer({ id: "part-pattern", type: "fill", source: "parts", filter: patternFilter(),
      paint: { "fill-pattern": matched((state) => state.pattern, "lines") } });
    map.addLayer({ id: "part-line", type: "line", source: "parts", filter: partFilter(),
      paint: { "line-color": "#222222", "line-width": ["interpolate", ["linear"], ["zoom"], 8, 0.2, 13, 1.2],
        "line-opacity": ["interpolate", ["linear"], ["zoom"], 7, 0, 12, 1] } });
    map.addLayer({ id: "tasks", type: "line", source: "tasks", filter: taskFilter(),
      paint: { "line-color": "#a000a0", "line-width": 2.5, "line-dasharray": [2, 1.5] } });
    map.addLayer({ id: "chosen", type: "line", source: "parts", filter: ["==", ["get", "row"], -1],
      paint: { "line-color": "#ffffff", "line-width": 4, "line-gap-width": 1 } });
    map.addLayer(evidence.x.length > MANY ? dots() : symbols());
  }

  const symbols = () => ({ id: "evidence", type: "symbol", source: "evidence", filter: evidenceFilter(), layout: {
    "icon-image": ["get", "icon"], "icon-allow-overlap": true, "icon-ignore-placement": true,
    "icon-size": ["interpolate", ["linear"], ["zoom"], 4, 0.7, 12, 1] } });

  // MapLibre GL 5.3 fails on some ten thousand symbols in one tile; circles have no such limit
  const dots = () => ({ id: "evidence", type: "circle", source: "evidence", filter: evidenceFilter(),
    layout: { "circle-sort-key": ["match", ["get", "icon"], "accident", 1, 0] },
    paint: {
      "circle-color": ["match", ["get", "icon"], ...Object.entries(MARKS).flatMap(([name, mark]) => [name, mark.colour]), "#777777"],
      "circle-radius": ["interpolate", ["linear"], ["zoom"], 4, 1.6, 8, 3, 13, 6],
      "circle-stroke-color": ["match", ["get", "icon"], "accident", "#000000", "#ffffff"],
      "circle-stroke-width": ["interpolate", ["linear"], ["zoom"], 5, 0, 9, 1],
      "circle-opacity": ["interpolate", ["linear"], ["zoom"], 4, 0.6, 9, 0.95] } });

  function paint() {
    if (!map || !map.getLayer("part-fill")) return;
    map.setFilter("part-fill", partFilter());
    map.setFilter("part-pattern", patternFilter());
    map.setFilter("part-line", partFilter());
    map.setPaintProperty("part-fill", "fill-color", matched((state) => state.colour, "#777777"));
    map.setPaintProperty("part-pattern", "fill-pattern", matched((state) => state.pattern, "lines"));
    map.setFilter("evidence", evidenceFilter());
    map.setFilter("tasks", taskFilter());
    for (const name of ["hazard", "admin", "tasks", "evidence"]) {
      if (map.getLayer(name)) map.setLayoutProperty(name, "visibility", hidden.has(name) ? "none" : "visible");
    }
    byId("map").classList.toggle("without-names", hidden.has("admin"));
  }

  function paintTheme() {
    if (!map || !map.getLayer("ground")) return;
    map.setPaintProperty("ground", "background-color", isDark() ? "#14191e" : "#f4f2ec");
    if (map.getLayer("part-line")) map.setPaintProperty("part-line", "line-color", isDark() ? "#e8e8e8" : "#222222");
  }

  function addNames() {
    if (study.admin.name.length > 60) return;
    study.admin.name.forEach((name, row) => new maplibregl.Marker({
      element: element("div", { className: "place-name", textContent: name, ariaHidden: "true" }),
    }).setLngLat([study.admin.x[row] / 1e6, study.admin.y[row] / 1e6]).addTo(map));
  }

  function startMap() {
    map = new maplibregl.Map({
      container: "map", style: style(), bounds: study.bounds, fitBoundsOptions: { padding: 40, maxZoom: 15 },
      attributionControl: false, fadeDuration: 0, renderWorldCopies: study.bounds[2] > 180, dragRotate: false, pitchWithRotate: false,
      locale: { "NavigationControl.ZoomIn": words.zoom_in, "NavigationControl.ZoomOut": words.zoom_out,
        "Popup.Close": words.close, "Map.Title": words.map, "ScaleControl.Meters": "m", "ScaleControl.Kilometers": "km" },
    });
    map.addControl(new maplibregl.NavigationControl({ showCompass: false }));
    map.addControl(new maplibregl.ScaleControl({ maxWidth: 140 }), "bottom-left");
    map.on("load", () => { addImages(); addLayers(); addNames(); paintTheme(); paint(); });
    map.on("click", (event) => tell(event.point, event.lngLat));
    map.on("mousemove", (event) => { map.getCanvas().style.cursor = found(event.point).length ? "pointer" : ""; });
    map.once("idle", () => { document.body.dataset.ready = "true"; });
    map.getCanvas().addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      event.preventDefault(); // the popup takes the focus: the same key would close it again
      tell(map.project(map.getCenter()), map.getCenter());
    });
    window.studyMap = map;
  }

  // ---------------------------------------------------------------- what is at a place
  const LAYERS = ["evidence", "tasks", "part-fill"];
  function found(point) {
    const layers = LAYERS.filter((layer) => map.getLayer(layer));
    const around = [[point.x - 5, point.y - 5], [point.x + 5, point.y + 5]];
    const seen = new Set();
    return layers.length === 0 ? [] : map.queryRenderedFeatures(around, { layers }).filter((hit) => {
      const key = hit.layer.id + hit.properties.row;
      return !seen.has(key) && seen.add(key);
    });
  }

  function tell(point, place) {
    const hits = found(point);
    if (hits.length === 0) return;
    const shown = hits.slice(0, 5).map((hit) => TELLERS[hit.layer.id](hit.properties.row));
    if (hits.length > 5) shown.push(element("p", { textContent: `+ ${hits.length - 5} ${words.more}` }));
    openPopup(place, shown);
  }

  function openPopup(place, content) {
    if (popup) popup.remove();
    popup = new maplibregl.Popup({ maxWidth: "22rem" }).setLngLat(place)
      .setDOMContent(element("div", { className: "told" }, ...content)).addTo(map);
  }

  function facts(title, rows) {
    const list = element("dl", {});
    for (const [name, value] of rows) {
      if (value !== "") list.append(element("dt", { textContent: name }), element("dd", {}, element("bdi", { textContent: value })));
    }
    return element("section", {}, element("h3", { textContent: title }), list);
  }

  const TELLERS = {
    "part-fill": (row) => facts(wordOf(parts.name, row), [
      [words.state, study.states[stateOf(row)].label], [words.class, wordOf(parts.class, row)],
      [words.admin_area, wordOf(parts.admin, row)], [words.square_metres, whole.format(parts.m2[row])],
      [words.reported, dateOf(day < parts.reported[row] ? parts.from[row] : parts.reported[row])],
      [words.route, day < parts.reported[row] ? "" : wordOf(parts.route, row)],
      [words.decided, day < parts.decided[row] ? "" : dateOf(parts.decided[row])],
      [words.items, itemsOf(row)], [words.chance, chanceOf(row)],
      [words.part, parts.id[row]], [words.area, wordOf(parts.area, row)],
      [words.statement, day < parts.reported[row] && parts.reported[row] < NEVER ? "" : parts.report[row]]]),
    evidence: (row) => facts(wordOf(evidence.kind, row), [
      [words.kind, wordOf(evidence.label, row)], [words.day, dateOf(evidence.day[row])],
      [words.position, wordOf(evidence.quality, row)], [words.statement, evidence.entry[row]]]),
    tasks: (row) => facts(wordOf(tasks.name, row), [
      [words.activity, wordOf(tasks.activity, row)], [words.team, wordOf(tasks.team, row)],
      [words.start, dateOf(tasks.start[row])], [words.end, dateOf(tasks.end[row])], [words.statement, tasks.entry[row]]]),
  };

  // ---------------------------------------------------------------- legend: also the switches, with areas as on the day
  function toggle(key, label, sign, detail) {
    const box = element("input", { type: "checkbox", defaultChecked: !hidden.has(key), on: { change: (event) => {
      if (event.target.checked) hidden.delete(key); else hidden.add(key);
      paint();
    } } });
    const out = element("span", { className: "amount" });
    if (detail) out.dataset.of = detail;
    return element("li", {}, element("label", {}, box, sign, element("span", { textContent: label }), out));
  }

  function stateSign(state) {
    const drawn = canvas(16), pen = drawn.getContext("2d");
    pen.fillStyle = state.colour;
    pen.fillRect(0, 0, 16, 16);
    if (state.pattern) drawPattern(drawn, state.pattern);
    drawn.setAttribute("aria-hidden", "true");
    return drawn;
  }

  function line(colour, dashed) {
    const drawn = canvas(16), pen = drawn.getContext("2d");
    pen.strokeStyle = colour;
    pen.lineWidth = 3;
    if (dashed) pen.setLineDash([5, 3]);
    pen.moveTo(0, 8);
    pen.lineTo(16, 8);
    pen.stroke();
    drawn.setAttribute("aria-hidden", "true");
    return drawn;
  }

  function legend() {
    const list = element("ul", {});
    study.states.forEach((state, code) => {
      if (parts.final.includes(code) || parts.after.includes(code) || (code === 0 && parts.id.length))
        list.append(toggle(code, state.label, stateSign(state), `state-${code}`));
    });
    if (!parts.id.length) list.append(element("li", { textContent: words.no_parts }));
    if (evidence.x.length) list.append(toggle("evidence", words.evidence, drawMark(canvas(16), MARKS.evidence), "evidence"),
      element("li", {}, marks()));
    if (tasks.shape.length) list.append(toggle("tasks", words.tasks, line("#a000a0", true), "tasks"));
    if (study.audience === "public") list.append(element("li", { className: "note", textContent: words.tasks_hidden }));
    if (study.admin.shape.length) list.append(toggle("admin", words.admin, line("#777777", false)));
    if (study.hazard) list.append(toggle("hazard", words.hazard, line(study.hazard.ramp[3], false)), hazardLegend());
    byId("legend").append(element("h2", { textContent: words.legend }), list);
  }

  function marks() {
    const list = element("ul", { className: "marks" });
    evidence.label.values.forEach((label, code) => {
      const row = evidence.label.codes.indexOf(code);
      const sign = evidence.x.length > MANY ? { colour: MARKS[iconOf(row)].colour, points: null } : MARKS[iconOf(row)];
      list.append(element("li", {}, drawMark(canvas(16), sign), element("span", { textContent: label })));
    });
    return list;
  }

  function hazardLegend() {
    const ramp = canvas(160), pen = ramp.getContext("2d");
    ramp.height = 12;
    const shade = pen.createLinearGradient(0, 0, 160, 0);
    study.hazard.ramp.forEach((colour, n) => shade.addColorStop(n / (study.hazard.ramp.length - 1), colour));
    pen.fillStyle = shade;
    pen.fillRect(0, 0, 160, 12);
    ramp.setAttribute("aria-hidden", "true");
    const ends = element("div", { className: "ends", dir: "ltr" }, element("bdi", { textContent: study.hazard.low }),
      element("bdi", { textContent: study.hazard.high }));
    return element("li", { className: "ramp" }, element("div", { className: "scale", dir: "ltr" }, ramp, ends),
      element("div", { className: "note", textContent: words.hazard_unit }),
      ...(study.hazard.left ? [element("div", { className: "note", textContent: study.hazard.left })] : []));
  }

  function count() {
    const areas = study.states.map(() => 0);
    for (let row = 0; row < parts.id.length; row++) if (isKnown(row)) areas[stateOf(row)] += parts.m2[row];
    const amounts = {
      evidence: whole.format(evidence.day.reduce((sum, when) => sum + (when <= day), 0)),
      tasks: whole.format(tasks.start.reduce((sum, start, row) => sum + (start <= day && day <= tasks.end[row]), 0)),
    };
    areas.forEach((area, code) => { amounts[`state-${code}`] = `${(area < 1e9 ? fine : whole).format(area / 1e6)} km²`; });
    document.querySelectorAll("[data-of]").forEach((out) => { out.textContent = amounts[out.dataset.of]; });
  }

  // ---------------------------------------------------------------- time
  function setStep(step) {
    const last = study.steps.length - 1, slider = byId("step");
    const at = Math.max(0, Math.min(last, step));
    slider.value = at;
    day = study.steps[at];
    slider.setAttribute("aria-valuetext", dateOf(day));
    byId("date").textContent = dateOf(day);
    if (popup) popup.remove();
    count();
    paint();
    if (!byId("tables").hidden) showPage(sheet.page);
    if (at === last) pause();
  }

  function play() {
    const slider = byId("step"), last = study.steps.length - 1;
    if (Number(slider.value) === last) setStep(0);
    const pace = Math.max(1, Math.round(study.steps.length / 60));
    timer = setInterval(() => setStep(Number(slider.value) + pace), 400);
    byId("play").textContent = words.pause;
    byId("play").setAttribute("aria-pressed", "true");
  }

  function pause() {
    clearInterval(timer);
    timer = null;
    byId("play").textContent = words.play;
    byId("play").setAttribute("aria-pressed", "false");
  }

  function startTime() {
    byId("time").hidden = study.steps.length < 2;
    if (!study.steps.length) { count(); return; }
    const slider = byId("step");
    slider.max = study.steps.length - 1;
    slider.addEventListener("input", () => setStep(Number(slider.value)));
    byId("earlier").addEventListener("click", () => setStep(Number(slider.value) - 1));
    byId("later").addEventListener("click", () => setStep(Number(slider.value) + 1));
    byId("play").addEventListener("click", () => { if (timer) pause(); else play(); });
    setStep(study.steps.length - 1);
  }

  // ---------------------------------------------------------------- the same content as tables
  const every = (list) => list.map((_, row) => row);
  const sheets = [
    { title: words.land, count: parts.id.length, text: 5, rows: () => every(parts.id).filter(isKnown), shape: (row) => parts.shape[row],
      head: [words.name, words.state, words.class, words.admin_area, words.reported, words.square_metres,
        ...(estimated ? [words.items, words.chance] : []), words.statement],
      cells: (row) => [wordOf(parts.name, row), study.states[stateOf(row)].label, wordOf(parts.class, row), wordOf(parts.admin, row),
        dateOf(day < parts.reported[row] ? parts.from[row] : parts.reported[row]), whole.format(parts.m2[row]),
        ...(estimated ? [shortItemsOf(row), chanceOf(row)] : []), parts.report[row]],
      tell: (row) => TELLERS["part-fill"](row) },
    { title: words.evidence, count: evidence.x.length, text: 5, rows: () => every(evidence.x).filter((row) => evidence.day[row] <= day),
      head: [words.kind, words.name, words.day, words.position, words.statement],
      cells: (row) => [wordOf(evidence.label, row), wordOf(evidence.kind, row), dateOf(evidence.day[row]),
        wordOf(evidence.quality, row), evidence.entry[row]],
      at: (row) => [evidence.x[row] / 1e6, evidence.y[row] / 1e6], tell: (row) => TELLERS.evidence(row) },
    { title: words.tasks, count: tasks.shape.length, text: 6, rows: () => every(tasks.shape), shape: (row) => tasks.shape[row],
      head: [words.name, words.activity, words.team, words.start, words.end, words.statement],
      cells: (row) => [wordOf(tasks.name, row), wordOf(tasks.activity, row), wordOf(tasks.team, row), dateOf(tasks.start[row]),
        dateOf(tasks.end[row]), tasks.entry[row]], tell: (row) => TELLERS.tasks(row) },
    ...study.tables.map((table) => ({ title: table.title, count: table.rows.length, text: table.text, rows: () => every(table.rows),
      head: table.head, cells: (row) => table.rows[row], total: table.total })),
  ].filter((each) => each.count);
  const sheet = { of: sheets[0], page: 0 };

  function startTables() {
    sheets.forEach((each, number) => byId("tabs").append(element("button", {
      type: "button", role: "tab", id: `tab-${number}`, textContent: each.title, on: { click: () => choose(each) } })));
    byId("filter").addEventListener("input", () => showPage(0));
    byId("previous").addEventListener("click", () => showPage(sheet.page - 1));
    byId("next").addEventListener("click", () => showPage(sheet.page + 1));
    if (sheets.length) choose(sheets[0]);
  }

  function choose(each) {
    sheet.of = each;
    byId("filter").value = "";
    sheets.forEach((other, number) => byId(`tab-${number}`).setAttribute("aria-selected", String(other === each)));
    showPage(0);
  }

  function showPage(page) {
    if (!sheet.of) return;
    const wanted = byId("filter").value.toLocaleLowerCase(), of = sheet.of;
    const rows = of.rows().filter((row) => !wanted || of.cells(row).join(" ").toLocaleLowerCase().includes(wanted));
    const pages = Math.max(1, Math.ceil(rows.length / PAGE));
    sheet.page = Math.max(0, Math.min(pages - 1, page));
    const shown = rows.slice(sheet.page * PAGE, sheet.page * PAGE + PAGE);
    byId("sheet").replaceChildren(tableOf(of, shown));
    byId("range").textContent = `${whole.format(rows.length ? sheet.page * PAGE + 1 : 0)}–${
      whole.format(sheet.page * PAGE + shown.length)} / ${whole.format(rows.length)} ${words.rows}`;
    byId("previous").disabled = sheet.page === 0;
    byId("next").disabled = sheet.page === pages - 1;
  }

  function tableOf(of, rows) {
    const locatable = map && of.tell;
    const cell = (name, text, number) => element(name, { className: number >= of.text ? "number" : "" }, element("bdi", { textContent: text }));
    const head = element("tr", {}, ...of.head.map((text, number) => cell("th", text, number)), ...(locatable ? [element("th", {})] : []));
    const lines = rows.map((row) => element("tr", { className: of.total && row === of.count - 1 ? "total" : "" },
      ...of.cells(row).map((text, number) => cell("td", text, number)),
      ...(locatable ? [element("td", {}, element("button", { type: "button", textContent: words.show, on: { click: () => show(of, row) } }))] : [])));
    return element("table", {}, element("caption", { textContent: of.title }), element("thead", {}, head), element("tbody", {}, ...lines));
  }

  function show(of, row) {
    switchTo("map");
    const box = of.at ? [...of.at(row), ...of.at(row)] : boundsOf(of.shape(row));
    if (of.shape === sheets[0].shape) map.setFilter("chosen", ["==", ["get", "row"], row]);
    map.fitBounds(box, { padding: 120, maxZoom: 14, animate: false });
    openPopup([(box[0] + box[2]) / 2, (box[1] + box[3]) / 2], [of.tell(row)]);
  }

  // ---------------------------------------------------------------- the page
  function switchTo(view) {
    const tables = view === "tables";
    byId("place").hidden = tables;
    byId("tables").hidden = !tables;
    byId("show-map").setAttribute("aria-pressed", String(!tables));
    byId("show-tables").setAttribute("aria-pressed", String(tables));
    if (tables) showPage(sheet.page);
    else if (map) map.resize();
  }

  function startTheme() {
    const prefers = window.matchMedia("(prefers-color-scheme: dark)");
    const set = (dark) => { document.documentElement.dataset.theme = dark ? "dark" : "light"; paintTheme(); };
    set(prefers.matches);
    prefers.addEventListener("change", (event) => set(event.matches));
    byId("theme").addEventListener("click", () => set(!isDark()));
  }

  startTheme();
  legend();
  startTime();
  try {
    startMap();
  } catch (error) {
    map = null;
    byId("no-webgl").hidden = false;
    byId("show-map").disabled = true;
    document.body.dataset.ready = "true";
  }
  startTables();
  byId("show-map").addEventListener("click", () => switchTo("map"));
  byId("show-tables").addEventListener("click", () => switchTo("tables"));
  if (!map) switchTo("tables");
})();
