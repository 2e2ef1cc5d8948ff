import setup from "refund-sandbox/global-setup";

export default async function say() {
  const stop = await setup();
  console.log(`served at ${process.env.SANDBOX_URL};`);
  return stop;
}
