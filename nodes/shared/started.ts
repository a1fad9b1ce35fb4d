import type { Node, NodeAPI } from 'node-red';
import { errorText } from './texts';

/** Who waits for the start of the flows, by event bus: one listener on the bus however many nodes there are. */
const waiting = new WeakMap<object, Set<() => void>>();

/** Deploys of this process. While one is under way Node-RED drops what is sent to a node that is being replaced. */
class Deploys {
    /** Counts up as soon as nodes are about to be replaced. */
    begun = 0;
    underWay = false;
    private readonly awaiting = new Set<() => void>();

    /** Runs `resume` at the end of the deploy that is under way. */
    afterwards(resume: () => void): () => void {
        this.awaiting.add(resume);
        return () => this.awaiting.delete(resume);
    }

    begin(): void {
        this.begun++;
        this.underWay = true;
    }

    end(): void {
        this.underWay = false;
        const due = [...this.awaiting];
        this.awaiting.clear();
        for (const resume of due) resume();
    }
}

export const deploys = new Deploys();

/**
 * Runs `begin` once all nodes of the deploy exist, so that nothing is sent to a node that is not there yet. Never runs it for a
 * node that was closed before. What `begin` throws is told as an error of the node.
 */
export function whenStarted(RED: NodeAPI, node: Node, begin: () => void): void {
    const events = RED.events as NodeJS.EventEmitter;
    let callbacks = waiting.get(events);
    if (!callbacks) {
        const all = new Set<() => void>();
        callbacks = all;
        waiting.set(events, all);
        events.on('flows:stopping', () => deploys.begin());
        events.on('flows:started', () => {
            deploys.end();
            const due = [...all];
            all.clear();
            for (const callback of due) callback();
        });
    }
    const own = callbacks;
    const guarded = () => {
        try {
            begin();
        } catch (error) {
            // One that cannot start must not keep the others of the deploy from starting.
            node.error(errorText(RED, error));
        }
    };
    own.add(guarded);
    node.on('close', () => own.delete(guarded));
}
