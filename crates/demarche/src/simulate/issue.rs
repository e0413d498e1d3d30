//! Issues tokens as people use their programs, and writes what the issuer logs of it.

use crate::simulate::calendar::{DAY, HOUR, MINUTE};
use crate::simulate::client::{Client, GRAPH, Named};
use crate::simulate::guid::Guid;
use crate::simulate::people::BROWSER;
use crate::simulate::random::{Random, mix};
use crate::simulate::record::sign_in::{self, Outcome, SignIn};
use crate::simulate::sink::Sink;
use crate::simulate::tenant::Tenant;
use crate::simulate::world::{Group, Origin, State, Token, World, signed_in_days};

/// A use of a program that needs a token.
#[derive(Debug, Clone, Copy)]
pub struct Use {
    /// Index of the person.
    pub person: usize,
    /// The program.
    pub client: Client,
    /// Moment.
    pub at: i64,
    /// From where.
    pub origin: Origin,
}

/// The session and token that a person's program shows at this moment; renewed when it is time.
pub fn token(world: &mut World, random: &mut Random, usage: &Use) -> (Guid, Token) {
    let device = usage.client.device();
    let signed_in = &world.states[usage.person].signed_in[device];
    if usage.at >= signed_in.renew_at {
        sign_in_again(world, random, usage);
    }
    let World {
        tenant,
        states,
        sink,
        n_sessions,
    } = world;
    let state = &mut states[usage.person];
    let signed_in = &mut state.signed_in[device];
    if !signed_in.used {
        signed_in.used = true;
        *n_sessions += 1;
    }
    let session = signed_in.session;
    let slot = usage.client.index();
    if let Some(token) = signed_in.tokens[slot].filter(|token| token.expires > usage.at) {
        return (session, token);
    }
    let (low, high) = usage.client.token_minutes();
    let token = Token {
        id: random.guid(),
        issued: usage.at - random.between(1, 20),
        expires: usage.at + random.between(low, high) * MINUTE,
    };
    signed_in.tokens[slot] = Some(token);
    let row = row(tenant, usage, (token.id, token.issued, Some(session)));
    renewed(sink, tenant, state, &row, random.chance(60));
    (session, token)
}

/// The token of a third-party application that acts for a person.
pub fn app_token(
    world: &mut World,
    random: &mut Random,
    person: usize,
    what: (usize, i64),
) -> (Guid, Token) {
    let (app_index, at) = what;
    let World {
        tenant,
        states,
        sink,
        ..
    } = world;
    let state = &mut states[person];
    let session = state.app_session;
    let known = state
        .app_tokens
        .iter()
        .position(|(index, _)| *index == app_index);
    if let Some((_, token)) = known
        .map(|i| state.app_tokens[i])
        .filter(|(_, t)| t.expires > at)
    {
        return (session, token);
    }
    let token = Token {
        id: random.guid(),
        issued: at - random.between(1, 5),
        expires: at + random.between(60, 90) * MINUTE,
    };
    match known {
        Some(i) => state.app_tokens[i] = (app_index, token),
        None => state.app_tokens.push((app_index, token)),
    }
    let app = &tenant.apps[app_index];
    let row = SignIn {
        at: token.issued,
        id: token.id,
        correlation: random.guid(),
        interactive: false,
        person: &tenant.people[person],
        app: Named {
            id: app.id,
            name: app.name,
        },
        resource: GRAPH,
        kind: "Mobile Apps and Desktop clients",
        device: &SERVER,
        origin: Origin::new(app.network, random.below(4)),
        session: Some(session),
        outcome: sign_in::SUCCESS,
        assertion: false,
    };
    renewed(sink, tenant, state, &row, false);
    (session, token)
}

/// What a server in a data centre shows of itself: nothing.
pub const SERVER: crate::simulate::people::Device = crate::simulate::people::Device {
    id: None,
    name: String::new(),
    system: "",
    browser: String::new(),
    agent: String::new(),
};

fn row<'a>(tenant: &'a Tenant, usage: &Use, issued: (Guid, i64, Option<Guid>)) -> SignIn<'a> {
    let person = &tenant.people[usage.person];
    let (id, at, session) = issued;
    SignIn {
        at,
        id,
        correlation: Guid::from_numbers(mix(at.unsigned_abs(), 5), mix(usage.person as u64, 6)),
        interactive: false,
        person,
        app: usage.client.app(),
        resource: usage.client.resource(),
        kind: usage.client.kind(),
        device: &person.devices[usage.client.device()],
        origin: usage.origin,
        session,
        outcome: sign_in::SUCCESS,
        assertion: false,
    }
}

/// Writes a renewal unless the log shows it in the row of an earlier one (semantics §4.5).
fn renewed(sink: &mut Sink, tenant: &Tenant, state: &mut State, row: &SignIn<'_>, audited: bool) {
    let app = u64::from_be_bytes(row.app.id.0[..8].try_into().unwrap_or_default());
    let address = match row.origin.address {
        std::net::IpAddr::V4(four) => u64::from(four.to_bits()),
        std::net::IpAddr::V6(six) => (six.to_bits() >> 64) as u64 ^ six.to_bits() as u64,
    };
    let key = mix(app, address);
    state.groups.retain(|group| group.until > row.at);
    if state.groups.iter().any(|group| group.key == key) {
        return;
    }
    state.groups.push(Group {
        key,
        until: row.at + tenant.grouping_hours * HOUR,
    });
    sign_in::row(sink, tenant, row);
    if audited {
        sign_in::audit(sink, tenant, row);
    }
}

/// A sign-in with a prompt: the mistakes and interruptions before it, then a new session.
fn sign_in_again(world: &mut World, random: &mut Random, usage: &Use) {
    let World {
        tenant,
        states,
        sink,
        ..
    } = world;
    let State {
        signed_in,
        mistakes,
        ..
    } = &mut states[usage.person];
    let signed_in = &mut signed_in[usage.client.device()];
    let browser = usage.client.device() == BROWSER;
    let session = random.guid();
    let mut steps: Vec<(i64, Outcome)> = Vec::new();
    if random.chance(120) {
        let n_mistakes = 1 + i64::from(random.chance(250));
        steps.extend((0..n_mistakes).map(|n| (-90 - 20 * n, sign_in::WRONG_PASSWORD)));
    }
    // A new password is mistyped more often than an old one.
    let n_mistakes = std::mem::take(mistakes);
    steps.extend((0..n_mistakes).map(|n| (-88 - 20 * n, sign_in::WRONG_PASSWORD)));
    if random.chance(15) {
        steps.push((-70, sign_in::EXPIRED));
    }
    if browser && random.chance(300) {
        steps.push((-200, sign_in::NO_SESSION));
    }
    if random.chance(450) {
        steps.push((-40, sign_in::SECOND_FACTOR));
    }
    if browser && random.chance(400) {
        steps.push((-12, sign_in::STAY_SIGNED_IN));
    }
    steps.push((0, sign_in::SUCCESS));
    steps.sort_by_key(|step| step.0);
    let at = usage.at - random.between(5, 30);
    let correlation = random.guid();
    let mut id = random.guid();
    for (offset, outcome) in steps {
        id = random.guid();
        let authenticated = outcome.code == 0 || outcome == sign_in::STAY_SIGNED_IN;
        let mut row = row(
            tenant,
            usage,
            (id, at + offset, authenticated.then_some(session)),
        );
        row.interactive = true;
        row.correlation = correlation;
        row.outcome = outcome;
        sign_in::row(sink, tenant, &row);
        sign_in::audit(sink, tenant, &row);
    }
    let (low, high) = usage.client.token_minutes();
    signed_in.session = session;
    signed_in.used = false;
    signed_in.renew_at = usage.at + random.between(1, signed_in_days(usage.client.device())) * DAY;
    if tenant.options.sign_in_hours > 0 {
        let hours = i64::from(tenant.options.sign_in_hours);
        signed_in.renew_at = signed_in.renew_at.min(usage.at + hours * HOUR);
    }
    signed_in.tokens = Default::default();
    signed_in.tokens[usage.client.index()] = Some(Token {
        id,
        issued: at,
        expires: at + random.between(low, high) * MINUTE,
    });
}
