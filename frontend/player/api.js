// The way to the server: JSON in and out, refusals as errors with a code.
//
// Knows HTTP and the problem+json shape; knows nothing of playing.

/** The server answered with a refusal. */
export class RefusedError extends Error {
  constructor(status, problem, retryAfterSeconds) {
    super(problem.title || `HTTP ${status}`);
    this.status = status;
    this.code = problem.code || "";
    this.retryAfterSeconds = retryAfterSeconds;
  }

  /** Whether trying again later may help. */
  get passing() {
    return this.status >= 500 || this.status === 429;
  }
}

/** The server could not be reached. */
export class UnreachableError extends Error {
  get passing() {
    return true;
  }
}

const TIMEOUT_MS = 12000;

export class Api {
  constructor({ csrfToken, fetch = globalThis.fetch.bind(globalThis) }) {
    this.csrfToken = csrfToken;
    this.fetch = fetch;
  }

  get(url) {
    return this.#ask(url, { method: "GET" });
  }

  /** keepalive lets the request outlive the page; browsers cap such bodies at 64 kB. */
  post(url, body, { keepalive = false } = {}) {
    return this.#ask(url, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
      keepalive,
    });
  }

  postForm(url, form) {
    return this.#ask(url, { method: "POST", body: form });
  }

  async #ask(url, options) {
    const stop = new AbortController();
    const timer = setTimeout(() => stop.abort(), TIMEOUT_MS);
    const headers = { Accept: "application/json", ...options.headers };
    if (options.method !== "GET") headers["X-CSRF-Token"] = this.csrfToken;
    let response;
    let content;
    try {
      response = await this.fetch(url, { ...options, headers, credentials: "same-origin", signal: stop.signal });
      content = await response.text();
    } catch (error) {
      throw new UnreachableError(error.message);
    } finally {
      clearTimeout(timer);
    }
    const answer = parsed(content);
    if (!response.ok) throw new RefusedError(response.status, answer || {}, retryAfter(response));
    if (answer === null) throw new UnreachableError("the answer is no JSON: a captive portal, most likely");
    return answer;
  }
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

function retryAfter(response) {
  const seconds = Number(response.headers.get("Retry-After"));
  return seconds > 0 ? seconds : null;
}
