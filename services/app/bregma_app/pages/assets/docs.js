"use strict";
// The interactive pages: Swagger UI over our own document, and a sign-in that fills in the token.

const ui = SwaggerUIBundle({
  url: "/api/schema",
  dom_id: "#api",
  deepLinking: true,
  docExpansion: "none",
  defaultModelsExpandDepth: 0,
  displayRequestDuration: true,
  filter: true,
  tryItOutEnabled: true,
  validatorUrl: null, // the badge would send the document's address to a server elsewhere
});

const form = document.getElementById("login");
form.addEventListener("submit", async (event) => {
  event.preventDefault();
  const said = form.querySelector("output");
  said.textContent = "...";
  try {
    const answer = await fetch("/auth-token", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(Object.fromEntries(new FormData(form))),
    });
    const body = await answer.json();
    if (answer.ok) {
      ui.preauthorizeApiKey("token", `Token ${body.token}`);
      said.textContent = `signed in as ${form.username.value}; requests below carry your token`;
      form.password.value = "";
    } else {
      said.textContent = (body.non_field_errors || [body.detail || "refused"]).join(" ");
    }
  } catch {
    said.textContent = "the server does not answer";
  }
});
