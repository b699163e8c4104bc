// The yardstick of `cargo xtask bench`: a Worker that does nothing but answer.
export default {
  fetch() {
    return Response.json({ status: "ok" });
  },
};
