//! Plans a person's day: where they are, and what they do when.

use crate::simulate::calendar::{DAY, MINUTE};
use crate::simulate::client::Client;
use crate::simulate::people::{Person, Role};
use crate::simulate::random::Random;
use crate::simulate::tenant::Tenant;
use crate::simulate::world::Origin;

/// Something a person, or a program on their behalf, does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Action {
    /// Desktop program synchronises a folder.
    Sync(usize),
    /// Reads so many messages.
    Read(Client, u64),
    /// Reads so many messages of a shared mailbox, by its index.
    ReadShared(Client, usize, u64),
    /// Sends a message.
    Send(Client),
    /// Deletes messages.
    Delete(Client, &'static str),
    /// Creates or changes an item.
    Write(Client, &'static str),
    /// Does something with a file.
    File(&'static str),
    /// Uses the chat program.
    Chat,
    /// Makes a rule of their own.
    Rule(Client),
    /// A third-party application reads so many messages for them.
    App(usize, u64),
    /// Consents to a third-party application.
    Consent(usize),
    /// Administers the tenant.
    Administer,
}

/// A planned day.
#[derive(Debug)]
pub struct Plan {
    /// What happens when, in order.
    pub actions: Vec<(i64, Action)>,
    /// From where, by hour of the local day.
    places: [Where; 24],
    midnight: i64,
    day: i64,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Where {
    Home,
    Office,
    Tunnel,
    NewTunnel,
    Carrier,
    Hotel(usize),
}

impl Plan {
    /// Plans a day of a person, counted from the first of the logs.
    #[must_use]
    pub fn new(tenant: &Tenant, person: &Person, day: i64, random: &mut Random) -> Self {
        let offset = tenant.offices[person.office].place.offset_minutes * MINUTE;
        let midnight = tenant.moment(day) - offset;
        let mut plan = Self {
            actions: Vec::new(),
            places: [Where::Home; 24],
            midnight,
            day,
        };
        if day < person.joined {
            return plan;
        }
        let away = person
            .away
            .filter(|(first, last, _)| (*first..=*last).contains(&day));
        let travels = away.and_then(|(_, _, to)| to);
        plan.locate(tenant, person, travels, random);
        let rests = tenant.rests(day) || (away.is_some() && travels.is_none());
        if rests {
            plan.rest(person, random);
        } else {
            plan.work(tenant, person, random);
        }
        plan.apps(tenant, person, day, random);
        plan.thin(tenant.options.activity, random);
        if tenant
            .new_program
            .is_some_and(|from| day >= from + i64::from(person.index % 4))
        {
            plan.move_program(person);
        }
        plan.actions.sort_by_key(|(at, _)| *at);
        plan
    }

    fn locate(
        &mut self,
        tenant: &Tenant,
        person: &Person,
        travels: Option<usize>,
        random: &mut Random,
    ) {
        let (start, end) = (person.hours.0 / 60, person.hours.1 / 60);
        let rests = tenant.rests(self.day);
        let new_tunnel = tenant.new_tunnel.is_some_and(|(_, from)| self.day >= from);
        let from_home = random.chance(person.habit.home);
        let tunnel = random.chance(person.habit.tunnel);
        for hour in 0..24 {
            let works = (start..=end).contains(&hour) && !rests;
            self.places[hour as usize] = match travels {
                Some(_) if hour == start - 1 || hour == end + 1 => Where::Carrier,
                Some(place) => Where::Hotel(place),
                None if works && from_home && new_tunnel => Where::NewTunnel,
                None if works && from_home && tunnel => Where::Tunnel,
                None if works && !from_home => Where::Office,
                None if !rests && (hour == start - 1 || hour == end + 1) => Where::Carrier,
                None => Where::Home,
            };
        }
    }

    /// From where a request at this moment comes.
    #[must_use]
    pub fn origin(&self, tenant: &Tenant, person: &Person, client: Client, at: i64) -> Origin {
        let hour = ((at - self.midnight) / 3600).clamp(0, 23) as usize;
        let office = &tenant.offices[person.office];
        let index = u64::from(person.index);
        let day = at.div_euclid(DAY).unsigned_abs();
        let mut place = self.places[hour];
        // Half of all telephones stay on the carrier's network at the office.
        if client == Client::Mobile && place == Where::Office && index.is_multiple_of(2) {
            place = Where::Carrier;
        }
        match place {
            Where::Office => Origin::new(office.network, index % 2),
            Where::Tunnel => tenant.tunnel.map_or_else(
                || Origin::new(office.network, 0),
                |network| Origin::new(network, 1),
            ),
            Where::NewTunnel => tenant.new_tunnel.as_ref().map_or_else(
                || Origin::new(office.network, 0),
                |(network, _)| Origin::new(*network, index % 3),
            ),
            // Households keep their address for some weeks.
            Where::Home => {
                let lease = (day + index * 7) / 23;
                Origin::new(office.homes[person.home], index << 20 | lease)
            }
            Where::Carrier => {
                let place = self.place_index(office.place, person);
                let carriers = &tenant.roaming[place].carriers;
                let network = carriers[person.index as usize % carriers.len()];
                Origin::new(network, (index * 31 + day * 3 + hour as u64 / 8) % 4000)
            }
            Where::Hotel(place) => {
                let hotels = &tenant.roaming[place].hotels;
                Origin::new(hotels[person.index as usize % hotels.len()], day / 4)
            }
        }
    }

    fn place_index(&self, home: &crate::simulate::network::Place, _: &Person) -> usize {
        let abroad = self.places.iter().find_map(|place| match place {
            Where::Hotel(index) => Some(*index),
            _ => None,
        });
        abroad.unwrap_or_else(|| {
            crate::simulate::network::PLACES
                .iter()
                .position(|place| place == home)
                .unwrap_or_default()
        })
    }

    fn add(&mut self, random: &mut Random, hours: (i64, i64), n: u64, action: Action) {
        for _ in 0..n {
            let minute = random.between(hours.0, hours.1.min(24 * 60 - 2));
            self.actions.push((
                self.midnight + minute * MINUTE + random.between(0, 59),
                action,
            ));
        }
    }

    fn rest(&mut self, person: &Person, random: &mut Random) {
        let habit = person.habit;
        if habit.mobile > 0 && random.chance(habit.weekend * 2) {
            let n = random.around(3);
            self.add(
                random,
                (8 * 60, 22 * 60),
                n,
                Action::Read(Client::Mobile, 2),
            );
        }
        if random.chance(habit.weekend / 3) {
            let client = if habit.desktop > 0 {
                Client::Desktop
            } else {
                Client::Web
            };
            let from = random.between(9 * 60, 19 * 60);
            let n = random.around(4);
            self.add(random, (from, from + 90), n, Action::Read(client, 2));
            if random.chance(400) {
                self.add(random, (from, from + 90), 1, Action::Send(client));
            }
        }
    }

    fn work(&mut self, tenant: &Tenant, person: &Person, random: &mut Random) {
        let habit = person.habit;
        let (start, end) = person.hours;
        let (n_read, n_sent, n_files) = habit.daily;
        let desktop = random.chance(habit.desktop);
        let web = random.chance(habit.web);
        let main = if desktop {
            Client::Desktop
        } else {
            Client::Web
        };
        if desktop {
            let n = random.around(5);
            self.add(random, (start, end), n, Action::Sync(0));
            let n = random.around(1);
            self.add(random, (start, end), n, Action::Sync(1));
        }
        if desktop || web {
            let n_visits = random.around(n_read / 3 + 1);
            for _ in 0..n_visits {
                let n_messages = 1 + random.below(4);
                self.add(random, (start, end), 1, Action::Read(main, n_messages));
            }
            let n = random.around(n_sent);
            self.add(random, (start + 15, end), n, Action::Send(main));
            let n = random.around(2);
            self.add(
                random,
                (start, end),
                n,
                Action::Delete(main, "MoveToDeletedItems"),
            );
            let n = random.around(1);
            self.add(random, (start, end), n, Action::Delete(main, "SoftDelete"));
            if random.chance(200) {
                self.add(random, (start, end), 1, Action::Delete(main, "HardDelete"));
            }
            let n = random.around(1);
            self.add(random, (start, end), n, Action::Write(main, "Create"));
            self.add(
                random,
                (start, end),
                random.clone().around(1),
                Action::Write(main, "Update"),
            );
        }
        if desktop && web {
            let n = random.around(2);
            self.add(random, (start, end), n, Action::Read(Client::Web, 2));
        }
        if random.chance(habit.mobile) {
            let n = random.around(4);
            self.add(
                random,
                (start - 60, end + 180),
                n,
                Action::Read(Client::Mobile, 2),
            );
            if random.chance(250) {
                self.add(random, (end, end + 180), 1, Action::Send(Client::Mobile));
            }
        }
        self.extras(tenant, person, main, random);
        let n = random.around(n_files);
        self.files((start, end), n, random);
    }

    fn extras(&mut self, tenant: &Tenant, person: &Person, main: Client, random: &mut Random) {
        let hours = person.hours;
        self.add(random, hours, 1, Action::Chat);
        let first_shared = tenant.people.len();
        for (i, mailbox) in tenant.mailboxes.iter().enumerate().skip(first_shared) {
            if mailbox.delegates.contains(&person.index) && random.chance(700) {
                let n = random.around(3);
                self.add(random, hours, n, Action::ReadShared(main, i, 2));
            }
        }
        if random.chance(12) {
            self.add(random, hours, 1, Action::Rule(main));
        }
        if person.role != Role::Staff {
            let n = random.around(if person.role == Role::Administrator {
                4
            } else {
                2
            });
            self.add(random, hours, n, Action::Administer);
        }
    }

    fn files(&mut self, hours: (i64, i64), n: u64, random: &mut Random) {
        let kinds = [
            "FileAccessed",
            "FileAccessed",
            "FileAccessed",
            "FileModified",
            "FileModified",
            "PageViewed",
            "FilePreviewed",
            "FileUploaded",
            "FileSyncDownloadedFull",
            "FileDownloaded",
            "FileRenamed",
        ];
        for _ in 0..n {
            let shares = random.chance(15);
            let kind = if shares {
                "SharingSet"
            } else {
                *random.pick(&kinds)
            };
            self.add(random, hours, 1, Action::File(kind));
        }
    }

    fn apps(&mut self, tenant: &Tenant, person: &Person, day: i64, random: &mut Random) {
        for (i, app) in tenant.apps.iter().enumerate().filter(|(_, app)| !app.alone) {
            let Some(&(_, since)) = app.users.iter().find(|(user, _)| *user == person.index) else {
                continue;
            };
            let since = since.max(person.joined);
            if day == since {
                self.add(
                    random,
                    (person.hours.0, person.hours.1),
                    1,
                    Action::Consent(i),
                );
            }
            if day > since {
                let n = random.around(3);
                let n_messages = 1 + random.below(6);
                self.add(random, (0, 24 * 60 - 2), n, Action::App(i, n_messages));
            }
        }
    }

    /// Most people read and write with the new program from now on, and synchronise nothing.
    fn move_program(&mut self, person: &Person) {
        if person.index % 10 < 3 {
            return;
        }
        let next = |client: &mut Client| {
            if matches!(client, Client::Desktop | Client::Web) {
                *client = Client::Next;
            }
        };
        for (_, action) in &mut self.actions {
            match action {
                Action::Read(client, _)
                | Action::ReadShared(client, _, _)
                | Action::Send(client)
                | Action::Delete(client, _)
                | Action::Write(client, _) => next(client),
                Action::Sync(_) => *action = Action::Read(Client::Next, 2),
                _ => {}
            }
        }
    }

    fn thin(&mut self, activity: u64, random: &mut Random) {
        if activity < 1000 {
            // The directory log stays alive in quiet tenants too.
            let share = |action: &Action| match action {
                Action::Consent(_) => 1000,
                Action::Administer => activity * 6,
                _ => activity,
            };
            self.actions
                .retain(|(_, action)| random.chance(share(action)));
        }
    }
}
