import { describePart } from "./describe-part.ts";

describePart("branches");
