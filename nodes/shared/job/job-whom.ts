import type { NodeAPI, NodeDef } from 'node-red';
import { readLeniently, type Declaration } from '../../../lib/core/settings';
import { splitList } from '../../../lib/core/split-list';

/** Hosts, recipients, outlets, … of a job, and how long its effect takes, by its declaration. */
export interface JobTargets {
    whom(): readonly string[];
    takes(): number | undefined;
}

/** The targets of a job as people know them: hosts and addresses as they are, UPSs and modules by the names of their nodes. */
export function jobTargets(RED: NodeAPI, config: NodeDef, declaration: Declaration | undefined): JobTargets {
    let read: { takes: number | undefined; whom: readonly (() => string)[] } | undefined;
    const targets = () =>
        (read ??= declaration ? readTargets(RED, config, declaration) : { takes: undefined, whom: [] });
    return { whom: () => targets().whom.map((name) => name()), takes: () => targets().takes };
}

function readTargets(RED: NodeAPI, config: NodeDef, declaration: Declaration) {
    const settings = readLeniently(declaration, config);
    const { role } = declaration;
    const kind = role?.job?.(settings);
    const takes = kind?.kind === 'action' ? kind.takes : undefined;
    const own = role?.whom?.(settings);
    if (own) return { takes, whom: own.map((name) => () => name) };
    if (kind?.kind === 'action') return { takes, whom: kind.to.map((target) => nameOf(RED, target)) };
    const { to, hosts } = settings as { to?: unknown; hosts?: unknown };
    return { takes, whom: listOf(to ?? hosts).map((name) => () => name) };
}

/** A target of a role, see `ActionJob`: `host a`, `host a siren`, `ups <id>`, `outlet <id>/2`, `port <id>/1`, `*`. */
function nameOf(RED: NodeAPI, target: string): () => string {
    const [kind = '', ...rest] = target.split(' ');
    if (kind === 'host') return () => rest[0] ?? target;
    if (kind !== 'ups' && kind !== 'outlet' && kind !== 'port') return () => target;
    const [id = '', ...part] = rest.join(' ').split('/');
    return () => [(RED.nodes.getNode(id) as { name?: string } | null)?.name || id, ...part].join('/');
}

function listOf(value: unknown): string[] {
    if (typeof value === 'string') return splitList(value);
    return Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
}
