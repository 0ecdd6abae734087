// The login page's sample accounts: one press fills the form in.

/** Make button fill the login form with the account it stands for. */
export function fillSamples(button) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const form = document.querySelector("[data-login-form]");
    form.elements.login.value = button.dataset.sampleLogin;
    form.elements.password.value = button.dataset.samplePassword || "";
    (form.elements.password.value ? form.querySelector("button[type=submit]") : form.elements.password).focus();
  });
}
