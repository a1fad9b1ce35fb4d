import type { EventMessage } from '../../lib/core/messages';

/** A flow of a relay module, a job that switches it, and the edges of an event of a source that nobody knows. */
export const module = (more: object = {}) => ({
    id: 'module1',
    type: 'ups-aux-module',
    name: 'Relays',
    backend: 'simulated',
    interval: 0.1,
    ports: [
        { name: 'Fan', output: 'true', nc: 'false' },
        { name: 'Lock', output: 'true', nc: 'true' },
        { name: 'Door', output: 'false', nc: 'false' },
    ],
    ...more,
});
export const job = (more: object = {}) => ({
    id: 'switch1',
    type: 'ups-aux-switch',
    module: 'module1',
    port: 'Fan',
    action: 'on',
    edge: 'on',
    log: 'always',
    site: 'site1',
    wires: [['out']],
    ...more,
});
export const event = (active: boolean, episode = 'e1') =>
    ({
        topic: 'UPS/over-temperature',
        payload: active,
        event: {
            id: 'over-temperature',
            source: 'UPS',
            sourceId: 'gone',
            level: 'alarm',
            active,
            since: 1,
            at: 2,
            episode,
            text: 'hot',
        },
    }) as EventMessage;
