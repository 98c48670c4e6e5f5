/** Unix datagram socket for results (contract 4.6). */
export const RESULTS_SOCKET = '/_abaco_results.sock';
/** Binary message, or a text that is too long for `MSG` (contract 4.7). */
export const BINARY_DATA = '/_abaco_binary_data';
/** State that is too long for `_abaco_actor_state`. */
export const ACTOR_STATE = '/_abaco_actor_state';
/** Of the host, and in privileged containers. */
export const DOCKER_SOCKET = '/var/run/docker.sock';
