import { createHash, timingSafeEqual } from 'node:crypto';
import type { Clock, TimerHandle } from '../../core/clock';
import { RateLimit } from '../shared/rate-limit';
import { BacnetError, ErrorClass, ErrorCode, Rejected, RejectReason } from './codes';
import type { BacnetServing, Communication } from './serving';
import { TagReader } from './tag-reader';

/** Wrong passwords of one address in a minute; further ones are not even looked at. */
const PASSWORDS_PER_MINUTE = 10;

/** By the number in the request. */
const COMMUNICATIONS: readonly Communication[] = ['enabled', 'disabled', 'no-initiation'];

/** DeviceCommunicationControl (clause 16.1): what this device may say, until a client says otherwise, a time is over, or the process ends. */
export class CommunicationControl {
    private now: Communication = 'enabled';
    private timer: TimerHandle;
    private readonly passwords: RateLimit;

    /** @param enabled communication is on again */
    constructor(
        private readonly clock: Clock,
        private readonly enabled: () => void,
    ) {
        this.passwords = new RateLimit(clock, PASSWORDS_PER_MINUTE);
    }

    get communication(): Communication {
        return this.now;
    }

    /** @throws BacnetError password-failure; Rejected */
    take(serving: BacnetServing, address: string, parameters: Buffer): void {
        const request = new TagReader(parameters);
        const minutes = request.optionalUnsigned(0);
        const wanted = COMMUNICATIONS[request.unsigned(1)];
        const password = request.isContext(2) ? request.text(2) : '';
        request.end();
        if (!wanted) throw new Rejected(RejectReason.undefinedEnumeration);
        this.check(serving, address, password);
        this.clock.clearTimeout(this.timer);
        this.now = wanted;
        // Of a duration of 0 nothing is said: for ever, as without one.
        if (wanted !== 'enabled' && minutes) this.endIn(minutes * 60_000);
        serving.controlled(address, wanted, minutes);
        if (wanted === 'enabled') this.enabled();
    }

    destroy(): void {
        this.clock.clearTimeout(this.timer);
    }

    /** A timer of the system lasts 24 days at most. */
    private endIn(ms: number): void {
        const step = Math.min(ms, 86_400_000);
        this.timer = this.clock.setTimeout(() => {
            if (ms > step) return this.endIn(ms - step);
            this.now = 'enabled';
            this.enabled();
        }, step);
    }

    private check(serving: BacnetServing, address: string, password: string): void {
        if (this.passwords.take(address) > 0) serving.refused(address, 'too-many-passwords');
        else if (serving.password !== '' && isSame(serving.password, password)) return;
        else serving.refused(address, 'wrong-password');
        throw new BacnetError(ErrorClass.security, ErrorCode.passwordFailure);
    }
}

function isSame(one: string, other: string): boolean {
    const hash = (text: string) => createHash('sha256').update(text).digest();
    return timingSafeEqual(hash(one), hash(other));
}
