import type { UpsCommand } from '../../../lib/core/driver';
import { said, type Sentence } from '../../../lib/core/language/sentence';
import { ApiError } from './api-route';
import { bodyChoice, bodyNumber, bodyText } from './query';

const TYPES = ['test', 'outlet', 'buzzer', 'shutdown', 'abort-shutdown', 'startup', 'reboot', 'latch-reset'] as const;
const TESTS = ['quick', 'battery', 'full', 'custom', 'self', 'abort'] as const;
const DAY_S = 86_400;

/** The command in the body of a request. @throws ApiError 400 */
export function readCommand(value: unknown): UpsCommand {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        throw new ApiError(400, 'bad-parameter', { parameter: 'command', expected: '{"type": …}' });
    }
    const given = value as Record<string, unknown>;
    const seconds = () => bodyNumber(given, 'seconds', { min: 0, max: DAY_S }) ?? 0;
    const type = bodyChoice(given, 'type', TYPES);
    switch (type) {
        case 'test': {
            const test = bodyChoice(given, 'test', TESTS);
            const minutes = bodyNumber(given, 'minutes', { min: 1, max: 1440 });
            if (test === 'custom' && minutes === undefined) {
                throw new ApiError(400, 'bad-parameter', { parameter: 'minutes', expected: '1 … 1440' });
            }
            return { type, test, ...(test === 'custom' && { minutes }) };
        }
        case 'outlet':
            return {
                type,
                outlet: bodyText({ body: given }, 'outlet'),
                action: bodyChoice(given, 'action', ['on', 'off', 'cycle']),
            };
        case 'buzzer':
            return { type, state: bodyChoice(given, 'state', ['on', 'off', 'mute']) };
        case 'shutdown': {
            const scope = bodyChoice(given, 'scope', ['output', 'system']);
            const restoreSeconds = bodyNumber(given, 'restoreSeconds', { min: 0, max: DAY_S });
            if (given.seconds === undefined) {
                throw new ApiError(400, 'bad-parameter', { parameter: 'seconds', expected: `0 … ${DAY_S}` });
            }
            return { type, scope, seconds: seconds(), ...(restoreSeconds !== undefined && { restoreSeconds }) };
        }
        case 'startup':
        case 'reboot':
            return { type, seconds: seconds() };
        case 'abort-shutdown':
        case 'latch-reset':
            return { type };
    }
}

/** A command as a sentence, in the words of the job that does the same. */
export function orderSentence(ups: string, command: UpsCommand): Sentence {
    switch (command.type) {
        case 'test': {
            return {
                key: `ups-test.said.order.${command.test}`,
                data: { ups, time: { seconds: 60 * (command.minutes ?? 0) } },
            };
        }
        case 'outlet':
            return { key: `ups-outlet.said.order.${command.action}`, data: { ups, outlet: command.outlet } };
        case 'buzzer':
            return said(`api.buzzer.${command.state}`, { ups });
        case 'shutdown': {
            const { scope, seconds, restoreSeconds } = command;
            const order = { key: `ups-shutdown.said.order.shutdown.${scope}`, data: { ups, time: { seconds } } };
            if (restoreSeconds === undefined) return order;
            return { key: 'ups-shutdown.said.order.back', data: { order, time: { seconds: restoreSeconds } } };
        }
        case 'startup':
            return command.seconds > 0
                ? { key: 'ups-shutdown.said.order.startupIn', data: { ups, time: { seconds: command.seconds } } }
                : { key: 'ups-shutdown.said.order.startup', data: { ups } };
        case 'reboot':
            return { key: 'ups-shutdown.said.order.reboot', data: { ups, time: { seconds: command.seconds } } };
        case 'latch-reset':
            return { key: 'ups-shutdown.said.order.latchReset', data: { ups } };
        default:
            return { key: 'ups-shutdown.said.order.abort', data: { ups } };
    }
}
