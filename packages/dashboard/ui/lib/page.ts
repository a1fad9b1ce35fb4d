import {
    getCurrentInstance,
    inject,
    onBeforeMount,
    onUnmounted,
    provide,
    watch,
    type InjectionKey,
    type WritableComputedRef,
} from 'vue';
import type { Role, SiteView } from '../../../../lib/views';
import type { Topic, Views } from '../../lib/messages';
import { addressOf, addressPart, type Router } from './address';
import { Api, ApiError } from './api';
import { locale, texts } from './catalogues';
import { Formats } from './formats';
import { Live, type Socket } from './live';
import type { TextData, Texts } from './texts';

/** Everything that a page and its parts use. */
export interface Page {
    readonly live: Live;
    readonly api: Api;
    readonly texts: Texts;
    readonly formats: Formats;
    /** A text of the catalogues. */
    say(key: string, data?: TextData): string;
    /** The latest view of a topic; undefined before the first. */
    view<T extends Topic>(topic: T): Views[T] | undefined;
    /** The site of this id; of the widgets that show the topic `state`. */
    site(id: string | undefined): SiteView | undefined;
    /** A value that runs on by itself, as it is now. */
    running<T extends object>(object: T | undefined, key: keyof T & string): number | undefined;
    /** Whether whoever looks may do this. The server checks it all the same. */
    may(role: Role): boolean;
    /** Address of the page on which a widget stands, e.g. `ui-ups-unit`; undefined: there is no such page. */
    href(type: string, query?: Record<string, string>): string | undefined;
    /** Goes to an address of `href` without loading the dashboard anew. */
    go(event: MouseEvent, href: string | undefined): void;
    /** The path of the page that is shown. */
    path(): string;
    /** A part of the page's state, kept in its address: `undefined` is not there. Parts that are set together make one change. */
    address(name: string): WritableComputedRef<string | undefined>;
    /** An error as a sentence. */
    sentence(error: unknown): string;
}

const KEY: InjectionKey<Page> = Symbol('ridethrough page');
/** One store for all widgets that share a socket. */
const stores = new WeakMap<object, Live>();
const ROLES: readonly Role[] = ['none', 'view', 'download', 'operate', 'admin'];

/** To be called in the setup of a widget's own component. @param topics what it shows, reactive */
export function openPage(widgetId: string, topics: () => Topic[]): Page {
    const page = makePage();
    provide(KEY, page);
    // The topics may depend on what stands below in the same setup.
    onBeforeMount(() =>
        watch(
            () => topics().join(' '),
            () => page.live.show(widgetId, topics()),
            { immediate: true },
        ),
    );
    onUnmounted(() => page.live.show(widgetId, []));
    return page;
}

/** To be called in the setup of everything inside a widget. */
export function usePage(): Page {
    const page = inject(KEY);
    if (!page) throw new Error('openPage() was not called by the widget around');
    return page;
}

function makePage(): Page {
    const live = liveOf(inject<Socket>('$socket')!);
    const router = getCurrentInstance()!.appContext.config.globalProperties.$router as Router;
    const formats = new Formats(locale);
    const say = (key: string, data?: TextData) => texts.say(key, data);
    /** What a proxy has put before the paths that the server knows. */
    const prefix = () => {
        const { path } = router.currentRoute.value;
        return path.slice(0, Math.max(0, path.indexOf(live.page.value?.base ?? path)));
    };
    return {
        live,
        texts,
        formats,
        say,
        api: new Api(() => {
            const root = live.page.value?.apiRoot;
            return root === undefined ? undefined : prefix() + root;
        }),
        view: (topic) => live.view(topic),
        site: (id) => live.view('state')?.sites.find((site) => site.id === id),
        running: (object, key) => live.running(object, key),
        may: (role) => ROLES.indexOf(live.page.value?.role ?? 'none') >= ROLES.indexOf(role),
        href(type, query = {}) {
            const path = live.page.value?.pages[type];
            const search = new URLSearchParams(query).toString();
            return path && prefix() + (search ? `${path}?${search}` : path);
        },
        go(event, href) {
            const isPlain = event.button === 0 && !event.metaKey && !event.ctrlKey && !event.shiftKey;
            if (href === undefined || !isPlain) return;
            event.preventDefault();
            void router.push(href);
        },
        path: () => router.currentRoute.value.path,
        address: (name) => addressPart(addressOf(router), name),
        sentence: (error) => sentenceOf(texts, error),
    };
}

function liveOf(socket: Socket): Live {
    const known =
        stores.get(socket) ??
        new Live(socket, {
            now: () => performance.now() / 1000,
            setInterval: (run, ms) => window.setInterval(run, ms),
            clearInterval: (timer) => window.clearInterval(timer as number),
        });
    stores.set(socket, known);
    return known;
}

function sentenceOf(texts: Texts, error: unknown): string {
    if (!(error instanceof ApiError))
        return texts.say('error.unknown', { text: String((error as Error)?.message ?? error) });
    const data = Object.fromEntries(
        Object.entries(error.data).filter(([, value]) => typeof value === 'string' || typeof value === 'number'),
    ) as TextData;
    return (
        texts.find(`error.${error.code}`, data) ?? error.sentence ?? texts.say('error.refused', { code: error.code })
    );
}
