// What scripts add to the pages: all of it works without them, only with one step more.

/** A mailed link keeps its secret behind the `#`, which browsers send to nobody: here it gets into the form. */
const fillFromFragment = (form) => {
  const field = form.elements.namedItem(form.dataset.fillFromFragment);
  const token = location.hash.slice(1);
  if (!(field instanceof HTMLInputElement) || token === "") return;
  field.value = token;
  field.closest(".field").hidden = true;
  // So that it stands in no history and no picture of the screen.
  history.replaceState(null, "", location.pathname);
};

/** A form that is on its way is not sent twice by an impatient hand. */
const sendOnce = (event) => {
  const form = event.target;
  if (form.method !== "post") return;
  if (form.dataset.sent !== undefined) event.preventDefault();
  form.dataset.sent = "";
};

const LOOK_AGAIN_MS = 3000;

/** What waits for something looks again, until there is nothing to wait for: without scripts a link does. */
const lookAgain = async () => {
  if (document.querySelector("[data-live]") === null) return;
  try {
    const answer = await fetch(location.href);
    const fresh = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#main");
    const isOver = answer.ok && fresh?.querySelector("[data-live]") === null;
    if (isOver) document.querySelector("#main").replaceChildren(...fresh.childNodes);
  } catch {
    // The network is away: later.
  }
  setTimeout(lookAgain, LOOK_AGAIN_MS);
};

setTimeout(lookAgain, LOOK_AGAIN_MS);
for (const form of document.querySelectorAll("form[data-fill-from-fragment]")) fillFromFragment(form);
document.addEventListener("submit", sendOnce);
// Whoever comes back by the history may send it again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
