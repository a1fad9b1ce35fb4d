import type { Node, NodeAPI, NodeDef } from 'node-red';
import { faultError, isBlank, readLeniently, readSettings, type Declaration } from '../../../lib/core/settings';
import { checkSettings } from '../settings/check-settings';
import { registerDeclared, type Made } from '../settings/define-node';
import { errorText } from '../words/texts';
import { attachJob, type JobConfig, type JobSpec } from './job';

/**
 * The edge and the log of a job are chosen beside what it does, and are known even where the rest is wrong. Where one of them is no choice, the job
 * says so and goes on with the default: a shutdown does not fail for the sake of its log.
 */
function withChoices<S>(RED: NodeAPI, node: Node, { fields, type }: Declaration<S>, config: NodeDef): NodeDef {
    const chosen: Record<string, unknown> = { ...config };
    for (const property of ['edge', 'log']) {
        const field = fields[property];
        if (!field) continue;
        const raw = chosen[property];
        const read = isBlank(raw) ? field.empty : field.read(raw, () => undefined);
        if ('fault' in read) node.error(errorText(RED, faultError({ ...read.fault, property }, type)));
        chosen[property] = 'value' in read ? read.value : field.initial;
    }
    return chosen as unknown as NodeDef;
}

/** What a job says of itself beside its settings. */
export type JobParts = Omit<JobSpec, 'type'>;

/** What a job does where its settings are wrong. */
export interface JobOptions {
    /** What an earlier deploy has begun for it is kept, or ended when it closes. */
    faulty?(node: Node): Pick<JobParts, 'close'>;
    /** It goes on with the default in the place of what is wrong; for news, of which a part is better than nothing. */
    goesOn?: boolean;
}

/** What every job's settings have. */
type JobSettings = Pick<JobConfig, 'edge' | 'log' | 'site'>;

/**
 * Registers a job. Where its settings are wrong, the node shows it and says what to do at the deploy, and each message fails with the same words:
 * a catch node behind it hears of it. One that `goesOn` does what it can.
 */
export function defineJob<S extends JobSettings>(
    RED: NodeAPI,
    declaration: Declaration<S>,
    make: (made: Made<S>) => JobParts,
    { faulty, goesOn = false }: JobOptions = {},
): void {
    const { type } = declaration;
    const plain = declaration as Declaration;
    registerDeclared(RED, declaration, (node, given) => {
        const config = withChoices(RED, node, declaration, given);
        const credentials = node.credentials as object | undefined;
        const read = () => readSettings(declaration, config, credentials);
        const lenient = () => readLeniently(declaration, config, credentials);
        const settings = checkSettings(RED, node, read) ?? (goesOn ? lenient() : undefined);
        if (settings === undefined) {
            const run = () => Promise.resolve().then(read) as Promise<never>;
            attachJob(RED, node, config, { ...faulty?.(node), type, describe: read as () => never, run }, plain);
        } else {
            attachJob(
                RED,
                node,
                { ...config, ...known(settings) },
                { ...make({ node, settings, config }), type },
                plain,
            );
        }
    });
}

/** Without what has no default. */
function known<S extends object>(settings: S): S {
    return Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined)) as S;
}
