import { computed, ref, shallowRef, watch, type ComputedRef, type Ref, type ShallowRef } from 'vue';
import type { LogPage, LogRow } from '../../../../lib/store/log-page';
import type { Query } from './api';
import type { Page } from './page';

/** What a part of the log page has read. */
export interface LogReading {
    readonly rows: ShallowRef<readonly LogRow[]>;
    /** The first answer has come. */
    readonly isRead: Ref<boolean>;
    readonly failure: ShallowRef<unknown>;
    /** There are older rows; `more` reads them. */
    readonly hasMore: ComputedRef<boolean>;
    readonly isReading: Ref<boolean>;
    more(): Promise<void>;
    again(): Promise<void>;
}

/**
 * Reads the event log over HTTP: again when the query changes, and the newest page when there is something new. Older rows that are shown stay.
 * @param query reactive, of GET log, without `older`
 */
export function readLog(page: Page, query: () => Query): LogReading {
    const rows = shallowRef<readonly LogRow[]>([]);
    const failure = shallowRef<unknown>();
    const older = ref<string>();
    const isRead = ref(false);
    const isReading = ref(false);
    let asked = 0;

    async function read(after: string | undefined, keep: (found: LogPage) => void): Promise<void> {
        const number = ++asked;
        isReading.value = true;
        try {
            const found = await page.api.get<LogPage>('log', { ...query(), older: after });
            // An answer to a former question comes too late.
            if (number !== asked) return;
            failure.value = undefined;
            keep(found);
            isRead.value = true;
        } catch (error) {
            if (number === asked) failure.value = error;
        } finally {
            if (number === asked) isReading.value = false;
        }
    }

    const again = () =>
        read(undefined, (found) => {
            rows.value = found.rows;
            older.value = found.older;
        });
    const newest = () =>
        read(undefined, (found) => {
            const keys = new Set(found.rows.map(({ key }) => key));
            const kept = rows.value.filter(({ key }) => !keys.has(key));
            const isWhole = found.older === undefined;
            // Of a log that ends here, what is not in it was deleted.
            const isJoined = !isWhole && kept.length < rows.value.length;
            rows.value = isJoined ? [...found.rows, ...kept] : found.rows;
            if (!isJoined || kept.length === 0) older.value = found.older;
        });

    watch(
        () => [JSON.stringify(query()), page.live.page.value?.apiRoot],
        ([, root]) => {
            if (root !== undefined) void again();
        },
        { immediate: true },
    );
    watch(
        () => page.view('log')?.count,
        (count, before) => {
            if (count !== undefined && before !== undefined && count !== before && isRead.value) void newest();
        },
    );

    return {
        rows,
        isRead,
        failure,
        isReading,
        hasMore: computed(() => older.value !== undefined),
        more: () =>
            read(older.value, (found) => {
                const keys = new Set(rows.value.map(({ key }) => key));
                rows.value = [...rows.value, ...found.rows.filter(({ key }) => !keys.has(key))];
                older.value = found.older;
            }),
        again,
    };
}
