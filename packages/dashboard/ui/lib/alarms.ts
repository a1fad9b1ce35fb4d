import { computed, shallowRef, watch, type ComputedRef } from 'vue';
import type { PinnedAlarm } from '../../../../lib/flow/plan/alarms';
import type { Page } from './page';

/** Alarms that nobody has acknowledged, also those that are over. */
export interface AlarmReading {
    /** The latest first. */
    readonly alarms: ComputedRef<readonly PinnedAlarm[]>;
    readonly failure: ComputedRef<unknown>;
    again(): Promise<void>;
}

/** Reads them over HTTP, again whenever the bar counts others or the log has something new. The page must show the topics `state` and `log`. */
export function readAlarms(page: Page): AlarmReading {
    const all = shallowRef<readonly PinnedAlarm[]>([]);
    const failure = shallowRef<unknown>();
    let asked = 0;

    async function again(): Promise<void> {
        const number = ++asked;
        try {
            const { alarms } = await page.api.get<{ alarms: PinnedAlarm[] }>('alarms');
            // An answer to a former question comes too late.
            if (number !== asked) return;
            all.value = alarms;
            failure.value = undefined;
        } catch (error) {
            if (number === asked) failure.value = error;
        }
    }

    watch(
        () => [page.live.page.value?.apiRoot, page.view('state')?.bar.unacknowledged, page.view('log')?.count],
        ([root]) => {
            if (root !== undefined) void again();
        },
        { immediate: true },
    );
    return {
        alarms: computed(() => all.value.filter(({ acknowledged }) => !acknowledged)),
        failure: computed(() => failure.value),
        again,
    };
}
