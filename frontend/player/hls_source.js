// hls.js, light build: a chunk of its own, loaded when the first lesson is opened.

export { default } from "../../node_modules/hls.js/dist/hls.light.min.mjs";
