import { RefundSandboxContainer } from "refund-sandbox/testcontainers";

const container = await new RefundSandboxContainer("registry.example.com/refund-sandbox:0.2.0", { token: "hush" })
  .withEnvironment({ SANDBOX_NOW: "2030-01-01T00:00:00Z" })
  .start();
const { status } = await container.sandbox().health();
console.log(container.url, status);
await container.stop();
