import { Listeners } from './listeners';

/** Starts and deploys of the flows in one runtime. During a deploy Node-RED drops messages to nodes that are being replaced. */
export class Deploys {
    /** Number of deploys; it grows as soon as nodes are about to be replaced. */
    deployCount = 0;
    inProgress = false;
    private readonly awaiting = new Set<() => void>();
    private readonly starting = new Set<() => void>();
    private readonly first = new Listeners<object>();
    private readonly last = new Listeners<void>();
    private readonly stops = new Listeners<void>();

    /** Runs `resume` at the end of the present deploy. @returns cancels */
    afterDeploy(resume: () => void): () => void {
        this.awaiting.add(resume);
        return () => this.awaiting.delete(resume);
    }

    /** Runs `begin` once, when all nodes exist. It must not throw. @returns cancels */
    whenFlowsStarted(begin: () => void): () => void {
        this.starting.add(begin);
        return () => this.starting.delete(begin);
    }

    /** Calls `tell` at each start of the flows, before anything begins, with an object that identifies the deploy. @returns unsubscribes */
    atEachStart(tell: (deploy: object) => void): () => void {
        return this.first.add(tell);
    }

    /** Runs `look` after each start of the flows, when everything that waited for it has begun. @returns unsubscribes */
    afterEachStart(look: () => void): () => void {
        return this.last.add(look);
    }

    /** Calls `tell` when nodes are about to be replaced, or to end. @returns unsubscribes */
    atEachStop(tell: () => void): () => void {
        return this.stops.add(tell);
    }

    begin(): void {
        this.deployCount++;
        this.inProgress = true;
        this.stops.tell();
    }

    /** @param deploy the same object for all starts of one deploy */
    end(deploy: object = {}): void {
        this.first.tell(deploy);
        this.inProgress = false;
        runAll(this.awaiting);
        runAll(this.starting);
        this.last.tell();
    }
}

function runAll(due: Set<() => void>): void {
    const all = [...due];
    due.clear();
    for (const each of all) each();
}
