// Logging in and out.

import { byId } from "./dom.js";
import { logIn, logOut } from "./link.js";

/** The form in the place of the views, or the views. */
export function showLogin(isNeeded) {
  const form = byId("login");
  if (form.hidden === !isNeeded) return;
  form.hidden = !isNeeded;
  document.body.classList.toggle("locked", isNeeded);
  if (isNeeded) byId("login-form").elements.username.focus();
}

async function submit(event) {
  event.preventDefault();
  const { username, password } = event.target.elements;
  const problem = byId("login-problem");
  problem.textContent = "";
  try {
    await logIn(username.value, password.value);
    event.target.reset();
  } catch (error) {
    problem.textContent = error.status === 401 ? "The name or the password is wrong." : error.message;
    password.select();
  }
}

export function beginLogin() {
  byId("login-form").addEventListener("submit", submit);
  byId("logout").addEventListener("click", () => logOut().catch(() => {}));
}
