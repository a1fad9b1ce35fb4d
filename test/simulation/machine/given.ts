import { resolve } from 'node:path';

/** The code under test: these node types with all that they are made of. */
export const NODE_TYPES: Record<string, string> = {
    'ups-site': 'config',
    'ups-unit': 'config',
    'ups-nut': 'devices',
    'ups-snmp': 'devices',
    'ups-event': 'events',
    'ups-timing': 'events',
    'ups-threshold': 'events',
    'ups-rccmd': 'jobs',
    'ups-wol': 'jobs',
    'ups-shutdown': 'jobs',
    'ups-log': 'jobs',
};

/** Everything by which code reaches time, chance, or the machine; given to it by whoever runs it. */
export const GIVEN = [
    'setTimeout',
    'clearTimeout',
    'setInterval',
    'clearInterval',
    'setImmediate',
    'clearImmediate',
    'Date',
    'Math',
    'performance',
    'process',
    'console',
    'structuredClone',
    'atEachProcess',
] as const;

export const ROOT = resolve(__dirname, '../../..');
/** How the code under test gets the store of the simulation, in place of the one in SQLite. */
export const STORE_MODULE = 'simulation:store';
