export type {
  GapProgress,
  ProgressEvent,
  ReportProgress,
  StatusProgress,
  TransitionProgress,
} from "./progress-event.ts";
export { ProgressFeed } from "./progress-feed.ts";
export { progressRoute } from "./progress-route.ts";
export { placeAfter, type SubscribeOptions, subscription } from "./subscription.ts";
