const form = document.querySelector("#new");
const state = document.querySelector("#state");
const list = document.querySelector("#products");
const row = document.querySelector("#row");

/** Products by `_id`, as they are shown. */
let products = new Map();

function show() {
  const sorted = [...products.values()].toSorted((a, b) => a.name.localeCompare(b.name));
  list.replaceChildren(...sorted.map(rowOf));
}

function rowOf(product) {
  const copy = row.content.cloneNode(true).firstElementChild;
  for (const cell of copy.querySelectorAll("[data-field]")) cell.textContent = product[cell.dataset.field];
  copy.querySelector("[data-do=more]").onclick = () => change("PATCH", product._id, { $inc: { stock: 1 } });
  copy.querySelector("[data-do=remove]").onclick = () => change("DELETE", product._id);
  return copy;
}

/** Sends a change. The page shows it when the app tells of it, as every other page does. */
async function change(method, id, body) {
  const answer = await fetch(`api/products${id === undefined ? "" : `/${encodeURIComponent(id)}`}`, {
    method,
    headers: { "content-type": "application/json", "x-apikey": form.elements.key.value },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const { error } = answer.ok ? {} : await answer.json();
  tell(error);
  return answer.ok;
}

/** Shows what was wrong beside its field, or below the form. */
function tell(error) {
  const issues = error === undefined ? [] : (error.issues ?? [{ path: "", message: error.message }]);
  for (const place of form.querySelectorAll("[data-issue]")) {
    const found = issues.filter(({ path }) => path === place.dataset.issue);
    place.textContent = found.map(({ message }) => message).join(", ");
  }
}

form.onsubmit = async (event) => {
  event.preventDefault();
  const { name, price, stock } = form.elements;
  const number = ({ value }) => (value.trim() === "" ? undefined : Number(value));
  const sent = { name: name.value, price: number(price), stock: number(stock) };
  if (await change("POST", undefined, sent)) for (const field of [name, price]) field.value = "";
};

function apply(event) {
  if (event.reload) return void load().catch(again);
  if (event.removed) products.delete(event.removed);
  else products.set(event.changed._id, event.changed);
  show();
}

/** What was told while a list was on its way: it may be newer than the list. */
let waiting;
let loading = Promise.resolve();

/** Reads the list, after any other reading. */
function load() {
  loading = loading.catch(() => {}).then(read);
  return loading;
}

async function read() {
  waiting = [];
  const answer = await fetch("api/products");
  if (!answer.ok) throw new Error(`The list answered ${answer.status}`);
  products = new Map((await answer.json()).map((product) => [product._id, product]));
  const told = waiting;
  waiting = undefined;
  for (const event of told) apply(event);
  show();
}

let stream;
let timer;

/** First the stream, then the list, so that nothing falls between them. */
async function connect() {
  const answer = await fetch("live", { method: "POST" });
  const { listener } = await answer.json();
  stream = new EventSource(`live/${listener}`);
  // The browser connects again by itself and gets what it missed: the list is read once.
  stream.addEventListener("open", () => void load().then(live).catch(again), { once: true });
  stream.onmessage = ({ data }) => {
    const event = JSON.parse(data);
    if (waiting === undefined) apply(event);
    else waiting.push(event);
  };
  // Closed: its listener is gone.
  stream.onerror = () => void (stream.readyState === EventSource.CLOSED && again());
}

function live() {
  state.textContent = "live";
  state.setAttribute("data-live", "");
}

/** Begins anew, in a second. */
function again() {
  stream?.close();
  state.textContent = "connecting";
  state.removeAttribute("data-live");
  clearTimeout(timer);
  timer = setTimeout(() => void connect().catch(again), 1000);
}

void connect().catch(again);

// A module also for the type checker: its names are its own.
export {};
