"use strict";
// The day's board: weights and water of restricted animals. An entry is kept on this device, with a key of its own, until the
// server has answered; the same key sent twice is one record, so that a lost network loses nothing and doubles nothing.

const KEEP = "bregma.today.entries";
const UNDO_MS = 10 * 60 * 1000;
const JUMP = 0.1; // a weight this far from the last one is asked about again
const KINDS = {
  weigh: { path: "/weighings", amount: "weight", unit: "g", verb: "Weigh", label: "Weight (g)", most: 2000 },
  water: { path: "/water-administrations", amount: "water_administered", unit: "mL", verb: "Give", label: "Water (mL)", most: 50 },
};
const byId = (id) => document.getElementById(id);
const tiles = new Map();
let animals = new Map();
let entries = JSON.parse(localStorage.getItem(KEEP) || "[]");
let user = sessionStorage.getItem("bregma.user");
let missed = ""; // the name that was looked for in vain, while the page says so
let sending = false;
let wait = 1000;

const keep = () => localStorage.setItem(KEEP, JSON.stringify(entries));
const own = () => entries.filter((one) => one.user === user);
const said = (text, bad = false) => {
  byId("said").textContent = text;
  byId("said").classList.toggle("bad", bad);
};

async function call(path, options = {}) {
  const token = sessionStorage.getItem("bregma.token");
  const headers = { "Content-Type": "application/json", Authorization: `Token ${token}`, ...options.headers };
  const answer = await fetch(path, { ...options, headers });
  if (answer.status === 401 || answer.status === 403) {
    const text = await answer.text();
    if (answer.status === 401 || text.includes("Invalid token")) {
      signOut("Your sign-in has ended. Sign in again; what you entered is kept.");
    }
    return { status: answer.status, body: read(text) };
  }
  return { status: answer.status, body: read(await answer.text()) };
}

function read(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function reason(body) {
  const first = Object.entries(body || {}).find(([name]) => name !== "status_code");
  return first ? String(first[1]) : "the server gave no reason";
}

// --- signing in

function showUser() {
  const here = Boolean(sessionStorage.getItem("bregma.token"));
  for (const one of document.querySelectorAll(".signed-in")) one.hidden = !here;
  byId("login").hidden = here;
  byId("animals").hidden = !here;
}

function signOut(text) {
  sessionStorage.clear();
  user = null;
  tiles.clear();
  byId("animals").replaceChildren();
  showUser();
  showEntries();
  said(text);
}

byId("login").addEventListener("submit", async (event) => {
  event.preventDefault();
  const form = event.target;
  const given = Object.fromEntries(new FormData(form));
  try {
    const answer = await fetch("/auth-token", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(given),
    });
    const body = await answer.json();
    if (!answer.ok) return said(reason(body), true);
    sessionStorage.setItem("bregma.token", body.token);
    sessionStorage.setItem("bregma.user", given.username);
    user = given.username;
    form.reset();
    showUser();
    await refresh();
    byId("find").focus();
    send();
  } catch {
    said("The server does not answer. Look at the network and sign in again.", true);
  }
});
byId("leave").addEventListener("click", () => signOut("Signed out."));

// --- the board

async function refresh() {
  if (!sessionStorage.getItem("bregma.token")) return;
  let answer;
  try {
    answer = await call("/today/animals");
  } catch {
    return said("The server does not answer. What you enter is kept here and sent when it does.", true);
  }
  if (answer.status !== 200) return;
  const got = Date.now();
  animals = new Map(answer.body.animals.map((one) => [one.id, { ...one, got }]));
  draw();
}

function draw() {
  const board = byId("animals");
  for (const [id, tile] of tiles) {
    if (!animals.has(id)) {
      tile.remove();
      tiles.delete(id);
    }
  }
  let place = 0;
  for (const one of animals.values()) {
    const tile = tiles.get(one.id) || newTile(one);
    fill(tile, one);
    // an element that is typed into stays where it is
    if (board.children[place] !== tile && !tile.contains(document.activeElement)) board.insertBefore(tile, board.children[place] || null);
    place += 1;
  }
  // an answer about a name that was looked for in vain stays, unless the board has the animal now
  if (!missed || withName(missed)) overview();
  find();
}

function withName(name) {
  return [...animals.values()].find((one) => one.nickname.toLowerCase() === name.toLowerCase());
}

function overview() {
  missed = "";
  const due = [...animals.values()].filter((one) => one.due > 0).length;
  said(animals.size ? `${animals.size} restricted animals, ${due} with water due.` : "No animal that you may see is water restricted.");
}

function newTile(one) {
  const tile = byId("tile").content.firstElementChild.cloneNode(true);
  tile.id = `animal-${one.id}`;
  for (const kind of Object.keys(KINDS)) {
    const form = tile.querySelector(`form.${kind}`);
    form.querySelector("span").textContent = KINDS[kind].label;
    form.querySelector("input").setAttribute("aria-label", `${KINDS[kind].label} of ${one.nickname}`);
    form.querySelector("button").textContent = KINDS[kind].verb;
    form.querySelector("button").setAttribute("aria-label", `${KINDS[kind].verb} ${one.nickname}`);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      enter(kind, one.id, form.querySelector("input"));
    });
  }
  tiles.set(one.id, tile);
  byId("animals").append(tile);
  return tile;
}

function fill(tile, one) {
  const number = (value, digits, unit) => (value === null ? "not known" : `${value.toFixed(digits)} ${unit}`);
  const text = (name, value) => (tile.querySelector(name).textContent = value);
  tile.dataset.colour = one.colour || "";
  text("h2", one.nickname);
  text(".lab", `${one.lab}, ${one.responsible_user || "nobody responsible"}; lab time ${one.now.slice(11, 16)}`);
  let weight = number(one.weight, 1, "g");
  if (one.weighed_today && one.weight_before !== null) {
    const change = one.weight - one.weight_before;
    weight += ` (${change < 0 ? "" : "+"}${change.toFixed(1)})`;
  }
  if (!one.weighed_today) weight += ", not today";
  text(".weight", weight);
  const word = { red: "below the limit", orange: "close to the limit", green: "good" }[one.colour];
  const unknown = one.limit ? "not known" : "no limit set for this lab";
  text(".percent", one.percentage_weight === null ? unknown : `${one.percentage_weight.toFixed(1)} %, ${word}`);
  text(".due", number(one.due, 2, "mL"));
  text(".trained", one.trained_today ? "yes" : "no");
  const dose = tile.querySelector("form.water input");
  dose.placeholder = one.due ? one.due.toFixed(2) : "";
}

function find() {
  const wanted = byId("find").value.trim().toLowerCase();
  for (const [id, tile] of tiles) tile.hidden = !animals.get(id).nickname.toLowerCase().includes(wanted);
}
async function tellMissed(name, fitting) {
  missed = name;
  if (fitting > 1) return said(`${fitting} restricted animals fit ${name}; type the whole name.`, true);
  let known = false;
  try {
    const answer = await call(`/subjects?limit=1&django=${encodeURIComponent(`nickname__iexact,${name}`)}`);
    known = answer.status === 200 && answer.body.results.length > 0;
  } catch {
    // without a network the page knows the restricted animals only
  }
  if (missed === name) said(known ? `${name} is not water restricted.` : `No animal that you may see is called ${name}.`, true);
}

byId("find").addEventListener("input", () => {
  if (missed) overview();
  find();
});
byId("find").addEventListener("keydown", (event) => {
  if (event.key !== "Enter") return;
  // a barcode reader types the name and Enter
  const exact = withName(event.target.value.trim());
  const shown = [...tiles].filter(([, tile]) => !tile.hidden);
  const id = exact ? exact.id : shown.length === 1 ? shown[0][0] : null;
  if (id === null) return tellMissed(event.target.value.trim(), shown.length);
  event.target.value = "";
  if (missed) overview();
  find();
  const input = tiles.get(id).querySelector("form.weigh input");
  input.scrollIntoView({ block: "center" });
  input.focus();
});

// --- entering

function labTime(one) {
  // the lab's clock as the server told it, and what has passed since
  const then = new Date(`${one.now}Z`).getTime() + (Date.now() - one.got);
  return new Date(then).toISOString().slice(0, 19);
}

function newKey() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((one) => one.toString(16).padStart(2, "0")).join("");
}

function enter(kind, id, input) {
  const one = animals.get(id);
  const rule = KINDS[kind];
  const ask = tiles.get(id).querySelector(".ask");
  const value = Number(input.value.trim().replace(",", "."));
  const tell = (text) => {
    ask.textContent = text;
    ask.hidden = false;
  };
  if (!input.value.trim() || !Number.isFinite(value) || value <= 0 || value > rule.most) {
    input.focus();
    return tell(`Enter a number above 0 and up to ${rule.most} ${rule.unit}.`);
  }
  if (kind === "weigh" && one.weight !== null && Math.abs(value - one.weight) > JUMP * one.weight && ask.dataset.sure !== String(value)) {
    ask.dataset.sure = String(value);
    input.focus();
    return tell(`${value} g is more than 10 % from the last weight, ${one.weight.toFixed(1)} g. Press ${rule.verb} again if it is right.`);
  }
  ask.hidden = true;
  delete ask.dataset.sure;
  input.value = "";
  entries.push({
    key: newKey(), kind, user, animal: id, name: one.nickname, value, at: Date.now(), state: "pending",
    body: { subject: id, [rule.amount]: value, date_time: labTime(one) },
  });
  keep();
  showEntries();
  send();
  byId("find").focus();
}

async function send() {
  if (sending || !user) return;
  sending = true;
  try {
    let next;
    while (user && (next = own().find((one) => one.state === "pending"))) {
      next.tried = true;
      keep();
      const answer = await call(KINDS[next.kind].path, {
        method: "POST",
        headers: { "Idempotency-Key": next.key },
        body: JSON.stringify(next.body),
      });
      if (answer.status === 200 || answer.status === 201) {
        next.state = "sent";
        next.id = answer.body.id;
        if (next.undo) await takeBack(next);
      } else if (answer.status >= 400 && answer.status < 500 && answer.status !== 401 && answer.status !== 429 && user) {
        next.state = "refused";
        next.why = reason(answer.body);
      } else {
        throw new Error("later");
      }
      wait = 1000;
      keep();
      showEntries();
      await refresh();
    }
  } catch {
    said("The network is away: entries are kept on this device and sent when it is back.", true);
    setTimeout(send, wait);
    wait = Math.min(wait * 2, 30000);
  } finally {
    sending = false;
    showEntries();
  }
}

async function takeBack(one) {
  const answer = await call(`${KINDS[one.kind].path}/${one.id}`, { method: "DELETE" });
  if (answer.status === 204 || answer.status === 404) entries = entries.filter((each) => each !== one);
  else said(reason(answer.body), true);
}

async function undo(one) {
  if (one.state === "refused" || (one.state === "pending" && !one.tried)) {
    entries = entries.filter((each) => each !== one);
  } else if (one.state === "pending") {
    // it may be on its way: what arrived is taken back once the answer is there
    one.undo = true;
  } else {
    try {
      await takeBack(one);
    } catch {
      said("The network is away: undo it when it is back.", true);
    }
  }
  keep();
  showEntries();
  await refresh();
  send();
}

function showEntries() {
  const now = Date.now();
  entries = entries.filter((one) => one.state !== "sent" || now - one.at < UNDO_MS);
  keep();
  const list = byId("entries").querySelector("ul");
  const states = { pending: "waits to be sent", sent: "saved", refused: "refused" };
  list.replaceChildren(
    ...own().map((one) => {
      const item = document.createElement("li");
      item.className = one.state;
      const what = `${one.name}: ${one.value} ${KINDS[one.kind].unit}`;
      const state = one.undo ? "is taken back" : states[one.state] + (one.why ? `: ${one.why}` : "");
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = one.state === "refused" ? "Dismiss" : "Undo";
      button.setAttribute("aria-label", `${button.textContent} ${what}`);
      button.addEventListener("click", () => undo(one));
      item.append(`${what}, ${state} `, button);
      return item;
    }),
  );
  byId("entries").hidden = own().length === 0;
}

addEventListener("online", () => {
  wait = 1000;
  refresh();
  send();
});
setInterval(showEntries, 20000);
setInterval(refresh, 60000);
showUser();
showEntries();
refresh().then(send);
