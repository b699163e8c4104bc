// The yardstick of `cargo xtask bench`: a Worker that does nothing but ask another one.
export default {
  fetch(request, env) {
    return env.BACK.fetch(request);
  },
};
