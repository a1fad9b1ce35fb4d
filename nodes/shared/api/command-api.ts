import type { NodeAPI } from 'node-red';
import { BuzzerSource } from '../../../lib/core/buzzer/buzzer-source';
import { abortShutdown } from '../../../lib/core/commands/abort-shutdown';
import { assertSupported } from '../../../lib/core/commands/assert-supported';
import { isFinalFor } from '../../../lib/core/commands/countdown-reading';
import { keepTrying } from '../../../lib/core/commands/keep-trying';
import { sendOnce } from '../../../lib/core/commands/send-once';
import { cyclesAlone, switchesBothWays } from '../../../lib/core/commands/outlet-state';
import { SentShutdowns } from '../../../lib/core/commands/sent-shutdowns';
import { ShutdownCommand } from '../../../lib/core/commands/shutdown-command';
import type { CommandResult, UpsCommand } from '../../../lib/core/driver';
import { UpsError } from '../../../lib/core/errors';
import { said, type Sentence } from '../../../lib/core/language/sentence';
import type { UpsUnit } from '../../../lib/core/unit/ups-unit';
import { resultOf } from '../config/unit-of';
import { flowOf, type SiteRuntime } from '../runtime/flow-of';
import { apiRoute, ApiError, type ApiCall } from './api-route';
import { carryOut, untilClosed, type PersonsOrder } from './carry-out';
import { orderSentence, readCommand } from './command-words';
import { bodyChoice, bodyText } from './query';

/** A person waits at the page: an effect much later would surprise. */
const PATIENCE_MS = 20_000;
/** How long an outlet is off for "off and on again", if its device cannot do that by itself. */
const CYCLE_OFF_S = 10;

/** The outlet that we have to take off and on again by two commands. */
function cycledByUs(unit: UpsUnit, command: UpsCommand): string | undefined {
    if (command.type !== 'outlet' || command.action !== 'cycle') return undefined;
    const { outlet } = command;
    return !cyclesAlone(unit, outlet) && switchesBothWays(unit, outlet) ? outlet : undefined;
}

/** Routes of commands to UPSs and buzzers. */
export function serveCommands(RED: NodeAPI): void {
    apiRoute(RED, 'post', 'commands', 'operate', (call) => {
        const member = unitMember(RED, bodyText(call, 'unit'));
        return order(RED, call, member, readCommand(call.body.command));
    });
    apiRoute(RED, 'post', 'mute', 'operate', (call) => {
        if (call.body.unit !== undefined) {
            return order(RED, call, unitMember(RED, bodyText(call, 'unit')), { type: 'buzzer', state: 'mute' });
        }
        return mute(RED, call, bodyText(call, 'source'));
    });
}

function unitMember(RED: NodeAPI, id: string): { unit: UpsUnit; site: SiteRuntime | undefined } {
    const member = flowOf(RED).registry.byId(id);
    if (member?.kind !== 'unit') throw new ApiError(404, 'no-such-unit', { id });
    return member;
}

function order(
    RED: NodeAPI,
    call: ApiCall,
    member: ReturnType<typeof unitMember>,
    command: UpsCommand,
): Promise<object> {
    return carryOut(RED, call, commandOrder(RED, member, command, untilClosed(call.response)));
}

/** A command to a UPS as an order of a person, whatever it comes by. @param signal aborted when nobody waits for it any more */
export function commandOrder(
    RED: NodeAPI,
    { unit: { id, name }, site }: { unit: UpsUnit; site: SiteRuntime | undefined },
    command: UpsCommand,
    signal: AbortSignal,
): PersonsOrder {
    const unit = () => unitMember(RED, id).unit;
    return {
        site,
        source: name,
        nodeId: id,
        what: orderSentence(name, command),
        check: () => {
            if (cycledByUs(unit(), command) !== undefined) return;
            // An abort is always useful: if the UPS cannot abort, it may still report that nothing is pending.
            if (command.type !== 'abort-shutdown') assertSupported(unit(), command);
            const outage = unit().stateOf('power-fail');
            if (command.type === 'test' && command.test !== 'abort' && outage.active) {
                throw new UpsError('test-on-battery', { ups: name });
            }
        },
        run: () => send(RED, signal, unit, command, site),
    };
}

async function send(
    RED: NodeAPI,
    signal: AbortSignal,
    unit: () => UpsUnit,
    command: UpsCommand,
    site: SiteRuntime | undefined,
): Promise<{ result: Sentence; detail: CommandResult }> {
    const { clock, registry } = flowOf(RED);
    const retry = <T>(
        attempt: (number: number) => Promise<T>,
        final = (error: UpsError) => isFinalFor(unit(), error),
    ) => keepTrying(attempt, { clock, signal, patienceMs: PATIENCE_MS, final });
    const journal = site?.store ?? registry.memoryJournal;
    const book = { unit, sentShutdowns: new SentShutdowns(journal, unit().id), signal, retry };
    switch (command.type) {
        case 'shutdown': {
            const { scope, seconds, restoreSeconds } = command;
            const plan = { scope, seconds, restoreSeconds, episode: '' };
            // Nothing resumes a command of a person: after a kill he looks, and decides anew.
            const { result } = await new ShutdownCommand(plan, {
                ...book,
                progress: undefined,
                saveProgress: () => {},
            }).run();
            return { result: resultOf(result), detail: result };
        }
        case 'abort-shutdown': {
            const { outcome, confirmed, detail } = await abortShutdown(book);
            const result = outcome === 'nothing-pending' ? said('api.nothingPending') : resultOf({ confirmed, detail });
            return { result, detail: { confirmed, detail } };
        }
        default: {
            const outlet = cycledByUs(unit(), command);
            if (outlet !== undefined) {
                const unitId = unit().id;
                const pulse = { unitId, outlet, key: `person|${outlet}|${clock.now()}`, back: 'on' } as const;
                const order = { ...pulse, seconds: CYCLE_OFF_S, signal, retry };
                const { result } = await flowOf(RED).outletPulses.run(order);
                return { result: resultOf(result), detail: result };
            }
            const once = command.type === 'reboot' || (command.type === 'outlet' && command.action === 'cycle');
            const sent = await sendOnce({ unit, command, once, sent: false, note: () => {}, retry });
            const detail = sent!.value;
            if (command.type === 'outlet') {
                const { outlet, action } = command;
                flowOf(RED).outletPulses.switched(unit().id, outlet, action);
            }
            return { result: resultOf(detail), detail };
        }
    }
}

function mute(RED: NodeAPI, call: ApiCall, id: string): Promise<object> {
    const member = flowOf(RED).registry.byId(id);
    if (member?.kind !== 'source' || !(member.source instanceof BuzzerSource)) {
        throw new ApiError(404, 'no-such-buzzer', { id });
    }
    const { source, site } = member;
    const buzzer = source;
    const { what: asked = 'episode' } = call.body;
    const what = bodyChoice({ what: asked }, 'what', ['episode', 'all', 'unmute']);
    return carryOut(RED, call, {
        site,
        source: buzzer.name,
        nodeId: id,
        what: said(what === 'unmute' ? 'api.unmute' : 'api.mute', { name: buzzer.name }),
        // Silence is no command to a device that a dry run would keep back: the node does it too.
        always: true,
        run: () => {
            if (what === 'unmute') buzzer.unmute();
            else buzzer.mute(what);
            return Promise.resolve({ result: said('result.confirmed'), detail: { confirmed: true } });
        },
    });
}
