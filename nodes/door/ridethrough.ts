import type { NodeAPI } from 'node-red';
import type { RidethroughDoor } from '../../lib/door';
import { mountApi } from '../shared/api/mount';
import type * as Door from '../shared/door/door';

/** Loaded with the first use: the start of Node-RED does not wait for it. */
let loaded: typeof Door | undefined;
const door = () => (loaded ??= require('../shared/door/door') as typeof Door);

/** The door for other packages, and the HTTP API: see docs/door.md. */
export = (RED: NodeAPI): void => {
    const own: RidethroughDoor = {
        id: 'ridethrough',
        type: 'ridethrough-door',
        version: 1,
        apiRoot: mountApi(RED),
        state: () => door().state(RED),
        unit: (id) => door().unit(RED, id),
        sources: () => door().sources(RED),
        batteries: () => door().batteries(RED),
        battery: (id) => door().battery(RED, id),
        blocks: (id, quantity) => door().blocks(RED, id, quantity),
        health: (id) => door().health(RED, id),
        inventory: (id) => door().inventory(RED, id),
        plan: () => door().plan(RED),
        failures: () => door().failures(RED),
        log: (query) => door().log(RED, query),
        series: (query) => door().series(RED, query),
        subscribe: (listener) => door().subscribe(RED, listener),
        role: (request) => door().role(RED, request),
        setRoleOf: (roleOf) => door().setRoleOf(RED, roleOf),
    };
    RED.plugins.registerPlugin('ridethrough', own);
};
