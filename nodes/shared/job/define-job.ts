import type { Node, NodeAPI, NodeDef } from 'node-red';
import {
    faultError,
    isBlank,
    missing,
    readLeniently,
    readSettings,
    type Declaration,
} from '../../../lib/core/settings';
import { checkSettings, reportFault } from '../settings/check-settings';
import { registerDeclared, type NodeInstance } from '../settings/define-node';
import { errorText } from '../words/texts';
import { attachJob, type JobConfig, type JobSpec } from './job';

/**
 * Reads the edge and the log of a job separately, because they are known even if other settings are invalid. An invalid log setting is
 * reported and replaced by the default: a shutdown must not fail because of it. An invalid edge makes the job refuse: at the other edge its
 * action would be wrong.
 */
function withChoices<S>(RED: NodeAPI, node: Node, declaration: Declaration<S>, config: NodeDef): NodeDef {
    const chosen: Record<string, unknown> = { ...config };
    for (const property of ['edge', 'log']) {
        const field = declaration.fields[property];
        if (!field) continue;
        const raw = chosen[property];
        const read = isBlank(raw) ? field.empty : field.read(raw, () => undefined);
        if ('fault' in read && property === 'log')
            node.error(errorText(RED, faultError({ ...read.fault, property }, declaration)));
        chosen[property] = 'value' in read ? read.value : field.initial;
    }
    return chosen as unknown as NodeDef;
}

/** The parts of a job besides its settings. */
export type JobParts = Omit<JobSpec, 'type' | 'toHosts'>;

/** What a job does if its settings are invalid. */
export interface JobOptions {
    /** Keeps the work of an earlier deploy, or ends it when the node closes. */
    whenInvalid?(node: Node): Pick<JobParts, 'close'>;
    /** The job runs with defaults in place of invalid settings: for messages, an incomplete message is better than none. */
    useDefaults?: boolean;
}

/** The settings that every job has. */
type JobSettings = Pick<JobConfig, 'edge' | 'log' | 'site'>;

/**
 * Registers a job. If its settings are invalid, the node reports that at the deploy, and each message fails with the same text, so that a
 * catch node gets it. A job with `useDefaults` runs all the same.
 */
export function defineJob<S extends JobSettings>(
    RED: NodeAPI,
    declaration: Declaration<S>,
    make: (made: NodeInstance<S>) => JobParts,
    { whenInvalid, useDefaults = false }: JobOptions = {},
): void {
    const { type } = declaration;
    const plain = declaration as Declaration;
    registerDeclared(RED, declaration, (node, given) => {
        const config = withChoices(RED, node, declaration, given);
        const stored: NodeDef & { edge?: unknown } = { ...config, edge: (given as { edge?: unknown }).edge };
        const credentials = node.credentials as object | undefined;
        const read = () => readSettings(declaration, stored, credentials);
        const lenient = () => readLeniently(declaration, stored, credentials);
        const settings = checkSettings(RED, node, read) ?? (useDefaults ? lenient() : undefined);
        reportMissingSite(RED, node, config as { site?: unknown }, declaration);
        const kind = declaration.role?.job?.(settings ?? lenient());
        const toHosts = kind?.kind === 'action' && kind.toHosts === true;
        if (settings === undefined) {
            const run = () => Promise.resolve().then(read) as Promise<never>;
            attachJob(
                RED,
                node,
                config,
                { ...whenInvalid?.(node), type, toHosts, describe: read as () => never, run },
                plain,
            );
        } else {
            attachJob(
                RED,
                node,
                { ...config, ...definedOnly(settings) },
                { ...make({ node, settings, config }), type, toHosts },
                plain,
            );
        }
    });
}

/** A job whose site is missing or disabled works for the site of the UPS. */
function reportMissingSite<S>(
    RED: NodeAPI,
    node: Node,
    { site }: { site?: unknown },
    declaration: Declaration<S>,
): void {
    if (isBlank(site) || (RED.nodes.getNode(String(site)) as Node | null)?.type === 'ups-site') return;
    reportFault(RED, node, faultError({ ...missing('choose'), property: 'site' }, declaration));
}

/** The settings without undefined ones. */
function definedOnly<S extends object>(settings: S): S {
    return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as S;
}
