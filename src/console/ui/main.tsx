import { render } from "preact";
import { App } from "./app.tsx";
import { listenToKeys } from "./keyboard.ts";
import { followLinks } from "./router.ts";
import { applyTheme } from "./theme.ts";

applyTheme();
followLinks();
listenToKeys();
const root = document.getElementById("app");
if (root) render(<App />, root);
