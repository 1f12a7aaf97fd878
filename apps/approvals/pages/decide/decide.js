// The token is in the fragment of the address, which browsers keep to themselves.
const token = location.hash.slice(1);
const element = (id) => document.getElementById(id);

/** Sends one request; shows what a refusal says. The answer, or undefined when it was refused. */
async function send(path, body) {
  const controls = document.querySelectorAll("button");
  for (const control of controls) control.disabled = true;
  try {
    const response = await fetch(`../decisions/${path}`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ token, ...body }),
    });
    const answer = await response.json();
    if (response.ok) return answer;
    say(answer.error?.issues?.[0]?.message ?? answer.error?.message ?? `The server answered ${response.status}.`);
  } catch {
    say("The server could not be reached. Nothing was decided: try again.");
  } finally {
    for (const control of controls) control.disabled = false;
  }
}

/** Only ever as text: a document is somebody else's words. */
function say(text) {
  element("message").textContent = text;
}

function end(text) {
  element("document").hidden = true;
  say(text);
}

async function show() {
  const asked = await send("look", {});
  if (asked === undefined) return;
  for (const name of ["approver", "hash", "requester", "text", "title"]) element(name).textContent = asked[name];
  const decide = async (decision) => {
    const comment = element("comment").value.trim();
    const answer = await send("answer", { decision, hash: asked.hash, ...(comment === "" ? {} : { comment }) });
    if (answer !== undefined) end(`Thank you. You have ${answer.decision} it.`);
  };
  const delegate = async () => {
    const answer = await send("delegate", { to: element("to").value });
    if (answer !== undefined) end(`Thank you. ${answer.approver} is asked instead.`);
  };
  element("approve").addEventListener("click", () => void decide("approved"));
  element("refuse").addEventListener("click", () => void decide("refused"));
  element("delegate").addEventListener("click", () => void delegate());
  say("");
  element("document").hidden = false;
}

await show();
