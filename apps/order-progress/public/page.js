/* Shows one order while it runs: everything on the page comes from one EventSource. */
const form = document.querySelector("form");
const section = document.querySelector("section");
const [status, report] = section.querySelectorAll("p");
const bar = section.querySelector("progress");
const steps = section.querySelector("ol");
const result = section.querySelector("dl");

const words = {
  goto: "done",
  join: "done together",
  retry: "failed, will be tried again",
  fail: "failed",
  end: "done; that was the last step",
};

form.addEventListener("submit", (event) => {
  event.preventDefault();
  void order(form.elements.items.valueAsNumber);
});

async function order(items) {
  const answer = await fetch("orders", {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ items }),
  });
  if (!answer.ok) return alert(`The order was refused: ${answer.status}`);
  // In the fragment the token stays in this browser, and a reload goes on with the same order.
  location.hash = new URLSearchParams(await answer.json());
  watch();
}

function watch() {
  const { id, token } = Object.fromEntries(new URLSearchParams(location.hash.slice(1)));
  if (!id || !token) return;
  form.hidden = true;
  section.hidden = false;
  const source = new EventSource(`progress/${id}?${new URLSearchParams({ token })}`);
  source.onmessage = ({ data }) => show(JSON.parse(data));
  // The browser connects again by itself, and goes on where it was. Only a refusal, and the end, are for good.
  source.onerror = () => {
    section.dataset.connection = source.readyState === EventSource.CLOSED ? "closed" : "connecting";
  };
  source.onopen = () => {
    section.dataset.connection = "open";
  };
}

function show(event) {
  switch (event.type) {
    case "transition":
      steps.append(item(`${event.step}: ${words[event.outcome] ?? event.outcome}`, event.seq));
      break;
    case "progress":
      // A step that runs again reports again: the bar does not go back.
      bar.value = Math.max(bar.value, event.data.percent);
      report.textContent = event.data.text;
      break;
    case "status":
      status.textContent = event.ended ? `The order is ${event.status}` : `Now: ${now(event)}`;
      if (event.ended) showResult(event.data);
      break;
  }
}

function now(event) {
  const running = event.branches?.filter(({ over }) => !over) ?? [event];
  return `${running.map(({ step }) => step).join(" and ")} (${event.status})`;
}

function item(text, seq) {
  const line = document.createElement("li");
  line.textContent = text;
  line.dataset.seq = seq;
  return line;
}

function showResult(data) {
  for (const [name, value] of Object.entries(data)) {
    const [term, description] = [document.createElement("dt"), document.createElement("dd")];
    term.textContent = name;
    description.textContent = value;
    result.append(term, description);
  }
}

watch();
