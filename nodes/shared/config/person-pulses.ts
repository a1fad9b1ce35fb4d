import type { NodeAPI } from 'node-red';
import { keepTrying, pause, whyAborted } from '../../../lib/core/commands/keep-trying';
import type { OutputClaim } from '../../../lib/core/commands/output-claims';
import type { CommandResult } from '../../../lib/core/driver';
import { UpsError } from '../../../lib/core/errors';
import { flowOf } from '../runtime/flow-of';
import { auxModuleNode } from './aux-of';
import { restOf } from './output-rest';
import { moduleUsersOf } from './module-users';
import { PERSON } from './person-claims';

const PATIENCE_MS = 20_000;
/** Seconds of a pulse: shorter ones many relays cannot do (see ups-aux-switch); whoever has ordered a longer one would wait for the answer too long. */
export const PULSE = { min: 0.5, max: 30 } as const;

const isMine = ({ ownerId, key }: OutputClaim) => ownerId === PERSON && key.startsWith(keyOf(''));
const keyOf = (output: string) => `pulse|${output}`;

/**
 * The pulses that persons have ordered. Each is in the journal before its relay is switched: if a deploy or a kill cuts it short, the output is
 * switched back as soon as its module runs again.
 */
export class PersonPulses {
    /** Of the modules that run. */
    private readonly closing = new Map<string, AbortController>();

    constructor(private readonly RED: NodeAPI) {}

    /** The module runs: pulses that were cut short end. @param failed is told why one cannot */
    resume(moduleId: string, failed: (error: unknown) => void): void {
        this.interrupt(moduleId);
        this.closing.set(moduleId, new AbortController());
        for (const claim of flowOf(this.RED).claims.claims.owned(PERSON)) {
            if (claim.moduleId === moduleId && isMine(claim)) this.endLater(claim).catch(failed);
        }
    }

    /** The module closes: it switches nothing any more. */
    interrupt(moduleId: string): void {
        this.closing.get(moduleId)?.abort(new UpsError('command-failed', { command: moduleId, reason: 'interrupted' }));
    }

    /**
     * Switches an output to its other state for so many seconds, and back. One that somebody else holds on stays on.
     * @param signal of the person's patience until it is switched; a pulse that has begun ends in time in any case
     * @returns what the module reports at the end; `on`: it stays on for somebody else
     * @throws UpsError superseded: somebody has switched it, or ordered another pulse, meanwhile; see `AuxModule.switch`
     */
    async run(
        moduleId: string,
        port: string,
        seconds: number,
        signal: AbortSignal,
    ): Promise<CommandResult & { on: boolean }> {
        const { claims, clock, registry } = flowOf(this.RED);
        const journal = registry.sites()[0]?.store ?? registry.memoryJournal;
        let rest: boolean | undefined;
        const claimNow = (): OutputClaim => {
            const at = clock.now();
            const key = keyOf(`${moduleId}/${port}`);
            const claim: OutputClaim = {
                ...{ moduleId, port, ownerId: PERSON, key, at, until: at + seconds * 1000 },
                ...(rest && { off: true }),
            };
            claims.put(claim, journal);
            return claim;
        };
        const letGo = moduleUsersOf(this.RED).use(moduleId);
        try {
            const { value: on } = await keepTrying(
                async () => {
                    const { module } = auxModuleNode(this.RED, moduleId);
                    rest ??= await restOf(this.RED, moduleId, module, port, signal);
                    const claim = claimNow();
                    try {
                        return await module.switch(port, !rest);
                    } catch (error) {
                        // The module may have switched although it did not answer.
                        claims.drop(claim);
                        if (!this.isHeld(claim)) module.switch(port, rest).catch(() => undefined);
                        throw error;
                    }
                },
                { clock, signal, patienceMs: PATIENCE_MS, final: isFinal },
            );
            const ended = await this.endLater(claimNow());
            return { ...ended, confirmed: on.confirmed && ended.confirmed };
        } finally {
            letGo();
        }
    }

    private async endLater(claim: OutputClaim): Promise<CommandResult & { on: boolean }> {
        const { clock, claims } = flowOf(this.RED);
        const { moduleId, port, ownerId, key, until, off: rest = false } = claim;
        const { signal } = this.closing.get(moduleId) ?? new AbortController();
        const letGo = moduleUsersOf(this.RED).use(moduleId);
        try {
            // The wall clock may have been set meanwhile.
            await pause(clock, Math.min((until ?? 0) - clock.now(), PULSE.max * 1000), signal);
            if (signal.aborted) throw whyAborted(signal);
            const stands = () =>
                claims.claims.of(moduleId, port).some((each) => each.key === key && each.until === until);
            let on = false;
            const { value } = await keepTrying(
                () => {
                    if (!stands()) throw new UpsError('superseded', { done: 0, total: 1 });
                    const { module } = auxModuleNode(this.RED, moduleId);
                    if (rest) {
                        const lasts = claims.claims.isPulsedOff(moduleId, port, clock.now(), claim);
                        return lasts ? Promise.resolve({ confirmed: true }) : module.switch(port, true);
                    }
                    on = this.isHeld(claim);
                    if (!on) return module.switch(port, false);
                    return Promise.resolve({ confirmed: module.ports.some((each) => each.name === port && each.on) });
                },
                { clock, signal, patienceMs: PATIENCE_MS, final: isFinal },
            );
            // Not before it is off: a kill between the two would leave it on for ever.
            if (stands()) claims.drop({ ownerId, key });
            return { ...value, on };
        } finally {
            letGo();
        }
    }

    /** Whether anything but the pulse itself holds the output on. */
    private isHeld(claim: OutputClaim): boolean {
        const { claims, clock } = flowOf(this.RED);
        return claims.claims.isHeld(claim.moduleId, claim.port, clock.now(), claim);
    }
}

/** What a further try does not change. */
export function isFinal({ code }: UpsError): boolean {
    return code !== 'device-silent' && code !== 'device-refused';
}

const pulses = new WeakMap<object, PersonPulses>();

export function personPulsesOf(RED: NodeAPI): PersonPulses {
    const flow = flowOf(RED);
    const known = pulses.get(flow) ?? new PersonPulses(RED);
    pulses.set(flow, known);
    return known;
}
