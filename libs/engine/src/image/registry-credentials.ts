import { splitImageName } from './image-name.js';

/** What an engine shows a registry. An empty `username` makes `password` an identity token (OAuth 2 refresh token). */
export interface RegistryCredentials {
  readonly username: string;
  readonly password: string;
}

/** Docker Hub, by all of its names. */
const DOCKER_HUB = [
  'docker.io',
  'index.docker.io',
  'registry-1.docker.io',
  'registry.hub.docker.com',
  'hub.docker.com',
];

/** A registry as it is compared: Docker Hub has several names. */
export function normalRegistry(host: string): string {
  const lower = host.toLowerCase();
  return DOCKER_HUB.includes(lower) ? 'docker.io' : lower;
}

/** The registry of an image: what stands before the first slash if it can be a host, else Docker Hub. */
export function registryOf(image: string): string {
  const [first = '', ...rest] = image.split('/');
  const isHost = rest.length > 0 && (/[.:]/.test(first) || first.toLowerCase() === 'localhost');
  return isHost ? normalRegistry(first) : 'docker.io';
}

/** An image without its tag and digest, and with its registry. */
export function repositoryOf(image: string): string {
  const { repository } = splitImageName(image.replace(/@.*$/, ''));
  const registry = registryOf(repository);
  const path = repository.slice(repository.indexOf('/') + 1);
  if (registry !== 'docker.io') return `${registry}/${path}`;
  const named = /^[^/]*[.:][^/]*\//.test(repository) ? path : repository;
  return `${registry}/${named.includes('/') ? named : `library/${named}`}`;
}

/** The value of `X-Registry-Auth`: JSON in base64 for URLs, padded, as Go's `base64.URLEncoding` wants it. */
export function registryAuth({ username, password }: RegistryCredentials, image: string): string {
  const serveraddress = registryOf(image);
  const auth = username === '' ? { identitytoken: password, serveraddress } : { username, password, serveraddress };
  return Buffer.from(JSON.stringify(auth)).toString('base64').replaceAll('+', '-').replaceAll('/', '_');
}

/** A text without the credentials, should a registry have repeated them. */
export function withoutCredentials(text: string, { username, password }: RegistryCredentials): string {
  const basic = Buffer.from(`${username}:${password}`).toString('base64');
  return [password, basic].reduce((rest, secret) => (secret === '' ? rest : rest.replaceAll(secret, '***')), text);
}
