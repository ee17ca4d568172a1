// The theme finds out at start which boxes scroll, and so must be reached by keyboard. A box that is
// unfolded later is found out by the same code, which also listens to a change of the window's size.
document.addEventListener("toggle", () => window.dispatchEvent(new Event("resize")), true);

// An address that leads to something folded unfolds it.
function unfold() {
  const anchor = decodeURIComponent(location.hash.slice(1));
  const target = anchor && document.getElementById(anchor);
  if (!target) return;
  for (let part = target; part; part = part.parentElement) if (part.localName === "details") part.open = true;
  target.scrollIntoView();
}
window.addEventListener("hashchange", unfold);
window.addEventListener("DOMContentLoaded", unfold);

// From a file, a browser lets no page read another one, so results come without their summary.
if (location.protocol === "file:") DOCUMENTATION_OPTIONS.SHOW_SEARCH_SUMMARY = false;
