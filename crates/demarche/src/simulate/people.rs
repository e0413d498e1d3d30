//! People: their names, working hours, homes, devices and habits.

use crate::simulate::guid::Guid;
use crate::simulate::mailbox::Mailbox;
use crate::simulate::random::Random;
use crate::simulate::tenant::{Tenant, path};

/// A person with an account and a mailbox.
#[derive(Debug)]
pub struct Person {
    /// Their place in the tenant's list, and their mailbox's.
    pub index: u32,
    /// Display name.
    pub name: String,
    /// User principal name, lower case as sign-in logs have it.
    pub account: String,
    /// The same as the mail system spells it.
    pub account_mail: String,
    /// Object id.
    pub object_id: Guid,
    /// The short numeric name that older services know them by.
    pub puid: String,
    /// Index of their office.
    pub office: usize,
    /// Network number of their home, within the office's.
    pub home: usize,
    /// Start and end of work, in minutes of the local day.
    pub hours: (i64, i64),
    /// What they do in the organisation.
    pub role: Role,
    /// How they read mail.
    pub habit: Habit,
    /// Their devices: computer, browser, telephone.
    pub devices: [Device; 3],
    /// First day of work, counted from the first of the logs; negative when before them.
    pub joined: i64,
    /// Days of holiday or travel: first, last, and where to (none: at home, not working).
    pub away: Option<(i64, i64, Option<usize>)>,
}

/// What somebody does in the organisation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// Ordinary work.
    Staff,
    /// Runs the tenant.
    Administrator,
    /// Resets passwords.
    Helpdesk,
}

/// Shares of days on which somebody does something, in thousandths.
#[derive(Debug, Clone, Copy)]
pub struct Habit {
    /// Uses the desktop mail program.
    pub desktop: u64,
    /// Reads mail in the browser.
    pub web: u64,
    /// Reads mail on the telephone.
    pub mobile: u64,
    /// Works from home.
    pub home: u64,
    /// Uses the company's tunnel when at home.
    pub tunnel: u64,
    /// Looks at mail on days of rest.
    pub weekend: u64,
    /// Messages read, sent, and files opened on a day of work.
    pub daily: (u64, u64, u64),
}

/// A device.
#[derive(Debug)]
pub struct Device {
    /// Its identifier in the directory; none for a browser that is not registered.
    pub id: Option<Guid>,
    /// Its name there.
    pub name: String,
    /// Operating system as sign-in logs write it.
    pub system: &'static str,
    /// Browser or program as sign-in logs write it.
    pub browser: String,
    /// User agent.
    pub agent: String,
}

/// Index of the computer in a person's devices.
pub const COMPUTER: usize = 0;
/// Index of the browser in a person's devices.
pub const BROWSER: usize = 1;
/// Index of the telephone in a person's devices.
pub const TELEPHONE: usize = 2;

const FIRST: [&str; 32] = [
    "Mia", "Jonas", "Aisha", "Pavel", "Chen", "Olivia", "Mateo", "Ingrid", "Samuel", "Noor",
    "Emil", "Leila", "Tomas", "Grace", "Hiro", "Zanele", "Lucas", "Freya", "Omar", "Priya",
    "Henry", "Sofia", "Marek", "Amara", "Viktor", "Elena", "Daniel", "Yuki", "Clara", "Idris",
    "Nadia", "Peter",
];

const LAST: [&str; 40] = [
    "Andersen",
    "Baker",
    "Costa",
    "Dubois",
    "Eriksen",
    "Fischer",
    "Garcia",
    "Haddad",
    "Ivanova",
    "Jensen",
    "Khan",
    "Larsen",
    "Moreau",
    "Nakamura",
    "Okafor",
    "Patel",
    "Quinn",
    "Rossi",
    "Schmidt",
    "Tanaka",
    "Ueda",
    "Vargas",
    "Weber",
    "Xu",
    "Young",
    "Zhang",
    "Berg",
    "Novak",
    "Silva",
    "Murphy",
    "Lindqvist",
    "Petrov",
    "Sato",
    "Mbeki",
    "Ferrari",
    "Kowalski",
    "Hughes",
    "Brandt",
    "Ortega",
    "Lang",
];

/// Browsers and user agents; `{}` stands for the version, which depends on the year.
const WINDOWS_BROWSERS: [(&str, &str); 3] = [
    (
        "Edge",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36 Edg/{}.0.0.0",
    ),
    (
        "Chrome",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36",
    ),
    (
        "Firefox",
        "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:{}.0) Gecko/20100101 Firefox/{}.0",
    ),
];

const MAC_BROWSERS: [(&str, &str); 2] = [
    (
        "Chrome",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{}.0.0.0 Safari/537.36",
    ),
    (
        "Firefox",
        "Mozilla/5.0 (Macintosh; Intel Mac OS X 10.15; rv:{}.0) Gecko/20100101 Firefox/{}.0",
    ),
];

/// The program name of the desktop mail client in sign-in logs.
pub const DESKTOP_AGENT: &str = "Windows-AzureAD-Authentication-Provider/1.0";

/// Fills a tenant with people and mailboxes.
pub fn populate(tenant: &mut Tenant) {
    let seed = tenant.options.seed;
    for index in 0..tenant.options.people {
        let person = person(tenant, index);
        let security = format!("{}-{}", tenant.security_base, 25_000_000 + index);
        let alias = person
            .account_mail
            .split('@')
            .next()
            .unwrap_or_default()
            .to_owned();
        let names = (person.account_mail.clone(), alias, security);
        let mut mailbox = Mailbox::new(seed, u64::from(index), names);
        mailbox.object_id = person.object_id;
        mailbox.puid.clone_from(&person.puid);
        tenant.mailboxes.push(mailbox);
        tenant.people.push(person);
    }
    let shared = ["info", "finance", "press", "support"];
    let n_shared = (1 + tenant.options.people as usize / 15).min(shared.len());
    for (i, alias) in shared.iter().take(n_shared).enumerate() {
        let number = u64::from(tenant.options.people) + i as u64;
        let mut random = Random::new(seed, &[path::MAILBOX, number, 1]);
        let security = format!("{}-{}", tenant.security_base, 26_000_000 + i);
        let owner = format!("{alias}@{}", tenant.domain);
        let mut mailbox = Mailbox::new(seed, number, (owner, (*alias).to_owned(), security));
        let n_delegates = 1 + random.below(3);
        mailbox.delegates = (0..n_delegates)
            .map(|_| random.below(u64::from(tenant.options.people)) as u32)
            .collect();
        mailbox.delegates.sort_unstable();
        mailbox.delegates.dedup();
        tenant.mailboxes.push(mailbox);
    }
}

fn person(tenant: &Tenant, index: u32) -> Person {
    let mut random = Random::new(tenant.options.seed, &[path::PERSON, u64::from(index)]);
    let first = *random.pick(&FIRST);
    // Family names go through the list, so that accounts of small tenants never clash.
    let last = LAST[index as usize % LAST.len()];
    let round = index as usize / LAST.len();
    let suffix = if round == 0 {
        String::new()
    } else {
        round.to_string()
    };
    let account_mail = format!("{first}.{last}{suffix}@{}", tenant.domain);
    let start = random.between(7 * 60, 10 * 60);
    let days = i64::from(tenant.options.days);
    let joins_late = index >= 8 && random.chance(25);
    Person {
        index,
        name: format!("{first} {last}"),
        account: account_mail.to_lowercase(),
        account_mail,
        object_id: random.guid(),
        puid: format!("1003200{:09X}", random.below(1 << 36)),
        office: random.below(tenant.offices.len() as u64) as usize,
        home: random.below(4) as usize,
        hours: (start, start + random.between(7 * 60, 9 * 60 + 30)),
        role: role(index),
        habit: habit(&mut random, tenant.tunnel.is_some()),
        devices: devices(
            &mut random,
            last,
            index,
            if tenant.linkable() { "145" } else { "112" },
        ),
        joined: if joins_late {
            random.between(3, days)
        } else {
            -1
        },
        away: away(&mut random, days),
    }
}

fn role(index: u32) -> Role {
    match index % 60 {
        0 => Role::Administrator,
        7 => Role::Helpdesk,
        _ => Role::Staff,
    }
}

fn habit(random: &mut Random, tunnel: bool) -> Habit {
    let desktop = random.chance(650);
    let mobile = random.chance(750);
    Habit {
        desktop: if desktop { 900 } else { 0 },
        web: if desktop {
            random.between(30, 300).unsigned_abs()
        } else {
            900
        },
        mobile: if mobile {
            random.between(400, 950).unsigned_abs()
        } else {
            0
        },
        home: random.between(0, 600).unsigned_abs(),
        tunnel: if tunnel && random.chance(500) { 900 } else { 0 },
        weekend: random.between(20, 350).unsigned_abs(),
        daily: (
            10 + random.below(40),
            1 + random.below(9),
            2 + random.below(18),
        ),
    }
}

fn away(random: &mut Random, days: i64) -> Option<(i64, i64, Option<usize>)> {
    let happens = random.chance(300);
    let first = random.between(0, days.max(1) - 1);
    let length = random.between(2, 9);
    let to = random.chance(500).then(|| random.below(12) as usize);
    happens.then_some((first, first + length, to))
}

fn devices(random: &mut Random, last: &str, index: u32, version: &str) -> [Device; 3] {
    let mac = random.chance(220);
    let name = format!(
        "{}-{}{index:03}",
        if mac { "MAC" } else { "LAP" },
        last.to_uppercase()
    );
    let (browser, agent) = if mac {
        *random.pick(&MAC_BROWSERS)
    } else {
        *random.pick(&WINDOWS_BROWSERS)
    };
    let system = if mac { "MacOs" } else { "Windows10" };
    let apple = random.chance(550);
    let registered = random.chance(700);
    [
        Device {
            id: Some(random.guid()),
            name: name.clone(),
            system,
            browser: "Rich Client 4.83.1.0".to_owned(),
            agent: DESKTOP_AGENT.to_owned(),
        },
        Device {
            id: registered.then(|| random.guid()),
            name,
            system,
            browser: format!("{browser} {version}.0"),
            agent: agent.replace("{}", version),
        },
        Device {
            id: Some(random.guid()),
            name: format!("{}'s {}", last, if apple { "iPhone" } else { "Android" }),
            system: if apple { "Ios" } else { "Android" },
            browser: (if apple {
                "Mobile Safari"
            } else {
                "Chrome Mobile"
            })
            .to_owned(),
            agent: (if apple {
                "Outlook-iOS/2.0"
            } else {
                "Outlook-Android/2.0"
            })
            .to_owned(),
        },
    ]
}
