/** The simulated network has no addresses: every client is on this host. */
export const clientHost = '/127.0.0.1';
