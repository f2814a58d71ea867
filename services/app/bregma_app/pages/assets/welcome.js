"use strict";
// An invited person sets a password. The key stands behind the # of the address, which browsers send to no server.

const form = document.getElementById("choose");
const say = (text) => {
  document.getElementById("said").textContent = text;
};

const key = location.hash.slice(1);
if (!key) {
  form.hidden = true;
  say("This page is opened by the whole link that your operator gave you; its end is missing.");
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const { password, again } = Object.fromEntries(new FormData(form));
  if (password !== again) {
    say("The two are not the same. Type both again.");
    form.reset();
    return;
  }
  let answer;
  try {
    answer = await fetch("/invitations/accept", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ key, password }),
    });
  } catch {
    say("The server cannot be reached. Try again; nothing is lost.");
    return;
  }
  const body = await answer.json().catch(() => ({}));
  if (answer.ok) {
    history.replaceState(null, "", location.pathname);
    form.hidden = true;
    say(`Done: ${body.username} signs in with this password from now on.`);
  } else {
    const reasons = body.fields ?? {};
    say([reasons.key, reasons.password].flat().filter(Boolean).join(" ") || body.detail || "The server gave no reason.");
  }
});
