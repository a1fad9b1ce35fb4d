import { Listeners } from './listeners';

/** The starts of the flows in one runtime. While a deploy is under way Node-RED drops what is sent to a node that is being replaced. */
export class Deploys {
    /** Counts up as soon as nodes are about to be replaced. */
    begun = 0;
    underWay = false;
    private readonly awaiting = new Set<() => void>();
    private readonly starting = new Set<() => void>();
    private readonly first = new Listeners<object>();
    private readonly last = new Listeners<void>();

    /** Runs `resume` at the end of the deploy that is under way. @returns cancels */
    afterwards(resume: () => void): () => void {
        this.awaiting.add(resume);
        return () => this.awaiting.delete(resume);
    }

    /** Runs `begin` once, when all nodes exist. It must not throw. @returns cancels */
    whenFlowsStarted(begin: () => void): () => void {
        this.starting.add(begin);
        return () => this.starting.delete(begin);
    }

    /** Calls `tell` at each start of the flows, before anything begins, with an object of this deploy. @returns ends that */
    atEachStart(tell: (deploy: object) => void): () => void {
        return this.first.add(tell);
    }

    /** Runs `look` after each start of the flows, when what waited for it has begun. @returns ends that */
    afterEachStart(look: () => void): () => void {
        return this.last.add(look);
    }

    begin(): void {
        this.begun++;
        this.underWay = true;
    }

    /** @param deploy of several starts only those of one deploy have the same */
    end(deploy: object = {}): void {
        this.first.tell(deploy);
        this.underWay = false;
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
