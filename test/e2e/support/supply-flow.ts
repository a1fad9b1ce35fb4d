import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../support/free-port';
import type { FlowNode } from './shipped-flow';

const FLOWS = join(__dirname, '..', '..', '..', 'flows');
/** Of the simulated supply that a flow starts: its agent, and where its traps come to. */
const SHIPPED_PORTS = ['16161', '16162'];

/** The nodes of a shipped flow, with ports that are free in place of those of its simulated DC supply. @param file in `flows` */
export async function flowWithFreePorts(file: string): Promise<FlowNode[]> {
    let text = readFileSync(join(FLOWS, file), 'utf8');
    for (const port of SHIPPED_PORTS) text = text.replaceAll(port, String(await freePort()));
    return JSON.parse(text) as FlowNode[];
}
