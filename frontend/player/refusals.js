// What the trainee reads when the server refuses to go on, and the way on from there.

import { WORDS } from "./words.js";

/** Return {kind, title, text, actions} for a panel. */
export function refusalPanel(error, { loginUrl, reopen }) {
  if (error.status === 401) {
    const back = `${loginUrl}?next=${encodeURIComponent(location.pathname + location.search)}`;
    const actions = [{ label: WORDS.signIn, href: back, testid: "sign-in" }];
    return { kind: "signed-out", title: WORDS.signedOut, text: WORDS.signedOutMore, actions };
  }
  if (error.code === "lease_lost") {
    const actions = [{ label: WORDS.continueHere, act: reopen, testid: "continue-here" }];
    return { kind: "lease", title: WORDS.leaseLost, text: WORDS.leaseLostMore, actions };
  }
  if (error.code === "csrf") {
    const actions = [{ label: WORDS.reload, act: () => location.reload() }];
    return { kind: "expired", title: WORDS.expired, text: WORDS.expiredMore, actions };
  }
  if ([404, 409, 410].includes(error.status)) {
    const actions = [{ label: WORDS.continue, act: reopen, testid: "continue-again" }];
    return { kind: "closed", title: WORDS.closed, text: WORDS.closedMore, actions };
  }
  const actions = [{ label: WORDS.retry, act: reopen, testid: "retry" }];
  return { kind: "refused", title: WORDS.openFailed, text: error.message, actions };
}
