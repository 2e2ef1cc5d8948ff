import type { TestEnvironment } from "jest-environment-node";
import type { Sandbox } from "../types/index.js";

declare global {
  /** A fresh world for each test, whose clock stands. */
  const sandbox: Sandbox;
}

export default class SandboxEnvironment extends TestEnvironment {}
