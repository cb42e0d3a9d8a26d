export { editDistance, nearestName } from "../nearest.ts";
