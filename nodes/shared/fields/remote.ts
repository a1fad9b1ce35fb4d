import { SHORTEST_SECRET } from '../../../lib/core/remote-call';
import { choice, invalid, secret } from '../../../lib/core/settings';

/** The secret that both sides share. */
export const sharedSecret = () =>
    secret({
        required: true,
        check: (typed) =>
            typed.length < SHORTEST_SECRET ? invalid('atLeastCharacters', '', { count: SHORTEST_SECRET }) : undefined,
    });

export const security = () => choice(['tls', 'none'], { icon: 'lock', default: 'tls', width: 'medium' });
