//! The verdict table in words, as every brief prints it.

/// One row: number, evidence, what it amounts to alone, what makes it hostile.
pub type Words = (u8, &'static str, &'static str, &'static str);

/// The fifteen rows; `verdict.rs` carries them out, and a change needs a decision record.
pub const TABLE: [Words; 15] = [
    (
        1,
        "An analyst's determination: scoped, named, reasoned",
        "as stated, basis: analyst",
        "conflicts with rows 2 to 10 are printed",
    ),
    (
        2,
        "At least 10 wrong passwords on at least 3 accounts within 60 minutes with one fingerprint (address, client, grant), then success with that fingerprint",
        "hostile: that sign-in and what its ids tie",
        "the same address with another client ties nothing",
    ),
    (
        3,
        "One token or session on two unrelated networks that are not the provider's",
        "one after the other: ordinary; interleaved: suspect",
        "interleaved, and the second network new to the tenant, or rows 2, 6, 7",
    ),
    (
        4,
        "Sign-in from a network and a device that are both new",
        "lead",
        "row 6 in the same session within 24 hours, or row 2 on that account within 14 days before",
    ),
    (
        5,
        "Travel, first-seen network or client, hosting or anonymiser, device code, password grant, dormant account",
        "lead; two kinds: suspect",
        "never among themselves",
    ),
    (
        6,
        "Rule that hides, deletes or forwards outside; rule over all mail that copies blindly; mailbox grant; second factor; application secret; federation; audit off",
        "suspect (from the owner's usual device: confirm with the owner)",
        "rows 2, 3 or 4 in the same session",
    ),
    (
        7,
        "First consent in the tenant to scopes that reach content",
        "suspect",
        "imitated publisher, a known toolkit's exact scope set, or consent or secret made in a hostile session; then that application's reads in consenting mailboxes only",
    ),
    (
        8,
        "No issuance, where ids are missing or any condition for saying so is unmet",
        "no effect",
        "never",
    ),
    (
        9,
        "No issuance in a complete issuer log with one row a token and a positive control",
        "hostile, as “no issuance on record”, never as “forged”",
        "grouped logs: suspect, hostile with a network new to the tenant",
    ),
    (
        10,
        "Application pair new to the mailbox and to the tenant",
        "ordinary; the number of mailboxes adds nothing",
        "suspect if its network is new to the tenant and the application has no trace in a complete directory log or inventory; hostile if besides at least 2 unrelated mailboxes, or row 9",
    ),
    (
        11,
        "One address on many accounts",
        "habitual: ordinary; else suspect",
        "row 2, or rows 6 or 7 in at least 2 of the accounts",
    ),
    (
        12,
        "Bulk, synchronisation, search then read, paging; far beyond the account's own and its peers' other sessions",
        "suspect (confirm with the owner)",
        "rows 1 to 10 in the same session; an insider's export never above suspect",
    ),
    (
        13,
        "Rule of a public rule set, provider's risk score, address from threat intelligence",
        "lead; suspect if tied to a session",
        "never, nor two of them",
    ),
    (
        14,
        "Password right but stopped; interrupts",
        "password known: reset; interrupts: nothing",
        "never",
    ),
    (15, "Everything else", "ordinary, not cleared", "never"),
];
