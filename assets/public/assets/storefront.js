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

/** A page of ours as a document, or nothing where the network is away. */
const page = async (address) => {
  try {
    const answer = await fetch(address);
    return answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
  } catch {
    return null;
  }
};

const PRICE = ".buy .price--large";

/** Another version has another price: it is shown at once, and the address is that version's. */
const chooseVersion = async (event) => {
  const version = event.target;
  if (!(version instanceof HTMLInputElement) || version.name !== "sku") return;
  const address = `${location.pathname}?${new URLSearchParams({ version: version.value })}`;
  const fresh = await page(address);
  // Somebody may have chosen another one meanwhile.
  if (fresh === null || !version.checked) return;
  document.querySelector(PRICE)?.replaceChildren(...(fresh.querySelector(PRICE)?.childNodes ?? []));
  history.replaceState(null, "", address);
};

const SUGGESTIONS = "5";
const PAUSE_MS = 150;
const WORD_MIN = 2;

/** While somebody types, what the search would find: links below the field, which Tab leads to and Escape closes. */
const suggest = (form) => {
  const field = form.elements.namedItem("q");
  const found = document.createElement("div");
  found.className = "suggestions";
  found.setAttribute("role", "status");
  form.append(found);
  let pause;
  let turn = 0;
  const close = () => {
    turn += 1;
    found.replaceChildren();
  };
  const link = ({ slug, name, brand }) => {
    const item = document.createElement("li");
    const to = document.createElement("a");
    const maker = document.createElement("small");
    to.href = `/products/${slug}`;
    maker.textContent = brand.name;
    to.append(name, " ", maker);
    item.append(to);
    return item;
  };
  const look = async () => {
    const words = field.value.trim();
    if (words.length < WORD_MIN) return close();
    turn += 1;
    const own = turn;
    try {
      const answer = await fetch(`/v1/products?${new URLSearchParams({ q: words, limit: SUGGESTIONS })}`);
      if (!answer.ok || own !== turn) return;
      const list = document.createElement("ul");
      list.setAttribute("role", "list");
      list.append(...(await answer.json()).items.map(link));
      if (own === turn) found.replaceChildren(...(list.childElementCount > 0 ? [list] : []));
    } catch {
      // The network is away: whoever presses Enter is told.
    }
  };
  field.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(look, PAUSE_MS);
  });
  form.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || found.childElementCount === 0) return;
    // It would empty the field as well.
    event.preventDefault();
    field.focus();
    close();
  });
  form.addEventListener("focusout", (event) => {
    if (!form.contains(event.relatedTarget)) close();
  });
};

setTimeout(lookAgain, LOOK_AGAIN_MS);
document.addEventListener("change", chooseVersion);
for (const form of document.querySelectorAll("form.search")) suggest(form);
for (const form of document.querySelectorAll("form[data-fill-from-fragment]")) fillFromFragment(form);
document.addEventListener("submit", sendOnce);
// Whoever comes back by the history may send it again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
});
