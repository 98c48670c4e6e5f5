/** Thrown when the host of a webhook is at addresses that webhooks must not lead to. The operator can allow their network. */
export class AddressRefused extends Error {
  constructor(readonly host: string) {
    super(`The host ${host} is not at a public address; web.webhook_allowed_networks can allow its network.`);
  }
}
