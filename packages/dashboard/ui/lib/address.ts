import { computed, shallowRef, type WritableComputedRef } from 'vue';

type RouteQuery = Record<string, string | null | (string | null)[] | undefined>;

/** As much of vue-router as is used; the dashboard brings it. */
export interface Router {
    readonly currentRoute: { readonly value: { path: string; query: RouteQuery } };
    replace(to: { query: RouteQuery }): Promise<unknown>;
    push(to: string): Promise<unknown>;
}

/**
 * The address of the browser, for all widgets of a router. What is set in one go is one navigation. What is set is shown at once, not only when the
 * router, which may take tens of milliseconds, has got there.
 */
export interface Address {
    get(name: string): string | undefined;
    set(name: string, value: string | undefined): void;
}
type Parts = Readonly<Record<string, string | undefined>>;
const addresses = new WeakMap<Router, Address>();

/** The router must know of it: at a deploy the dashboard goes to the address that its router knows. */
export function addressOf(router: Router): Address {
    const known = addresses.get(router);
    if (known) return known;
    /** On the way to the router. */
    const ahead = shallowRef<Parts>({});
    let isSent = true;
    const send = async () => {
        isSent = true;
        const sent = ahead.value;
        const query = Object.entries({ ...router.currentRoute.value.query, ...sent });
        try {
            await router.replace({ query: Object.fromEntries(query.filter(([, value]) => value !== undefined)) });
        } finally {
            if (ahead.value === sent) ahead.value = {};
        }
    };
    const address: Address = {
        get(name) {
            if (name in ahead.value) return ahead.value[name];
            const value = router.currentRoute.value.query[name];
            return (Array.isArray(value) ? value[0] : value) ?? undefined;
        },
        set(name, value) {
            ahead.value = { ...ahead.value, [name]: value };
            if (isSent) queueMicrotask(() => void send());
            isSent = false;
        },
    };
    addresses.set(router, address);
    return address;
}

export function addressPart(address: Address, name: string): WritableComputedRef<string | undefined> {
    return computed({ get: () => address.get(name), set: (value) => address.set(name, value) });
}
