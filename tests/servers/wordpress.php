<?php
// Installs and changes a WordPress site from the command line: php wordpress.php FOLDER ADDRESS seed|change|count
// Prints what the site itself then holds, as JSON.
[, $folder, $address, $what] = $argv;
$_SERVER['HTTP_HOST'] = parse_url($address, PHP_URL_HOST) . ':' . parse_url($address, PHP_URL_PORT);
$_SERVER['REQUEST_URI'] = '/';
if ($what === 'seed') define('WP_INSTALLING', true);
require "$folder/wp-load.php";
require_once ABSPATH . 'wp-admin/includes/upgrade.php';

function at(float $days): string { return gmdate('Y-m-d H:i:s', time() - (int) ($days * 86400)); }

function write(int $author, string $title, float $days, array $more = []): int {
    $when = at($days);
    return wp_insert_post($more + ['post_author' => $author, 'post_title' => $title, 'post_status' => 'publish', 'post_date_gmt' => $when,
        'post_date' => get_date_from_gmt($when), 'post_content' => "<p>$title : l’atelier <em>café</em> & <a href=\"https://moulin.example/$author\">moulin</a>.</p>"]);
}

function remark(int $post, string $name, string $text, float $days, array $more = []): int {
    return wp_insert_comment($more + ['comment_post_ID' => $post, 'comment_author' => $name, 'comment_content' => $text,
        'comment_approved' => 1, 'comment_date_gmt' => at($days), 'comment_date' => at($days), 'comment_author_url' => '']);
}

if ($what === 'seed') {
    wp_install('Carnet de café', 'redaction', 'redaction@example.com', true, '', 'secret');
    foreach (get_posts(['post_type' => 'any', 'numberposts' => -1, 'post_status' => 'any']) as $sample) wp_delete_post($sample->ID, true);
    update_option('permalink_structure', '/%year%/%monthnum%/%postname%/');
    update_option('timezone_string', 'Europe/Paris');
    update_option('comments_per_page', 20); update_option('page_comments', 1);
    flush_rewrite_rules();
    $bios = ['lea' => 'Torréfactrice.', 'nina' => 'Barista.', 'oto' => '', 'wary' => 'Du café, mais #nobot'];
    foreach ($bios as $name => $bio) {
        $ids[$name] = wp_insert_user(['user_login' => $name, 'user_pass' => 'secret', 'display_name' => ucfirst($name), 'description' => $bio, 'role' => 'author']);
    }
    for ($turn = 0; $turn < 230; $turn++) $posts[] = write($ids[['lea', 'nina', 'oto'][$turn % 3]], "Café numéro $turn", 1 + $turn * 1.3);
    for ($turn = 0; $turn < 6; $turn++) write($ids['wary'], "Confidence $turn", 2 + $turn);
    for ($turn = 0; $turn < 4; $turn++) write($ids['lea'], "Vieux café $turn", 500 + $turn);
    write($ids['lea'], 'Brouillon secret', 3, ['post_status' => 'draft']);
    write($ids['nina'], 'Billet privé secret', 3, ['post_status' => 'private']);
    write($ids['nina'], 'Billet fermé', 3, ['post_password' => 'sesame', 'post_content' => 'texte sous clef']);
    for ($turn = 0; $turn < 110; $turn++) $remarks[] = remark($posts[$turn % 3], "Voix $turn", "Merci pour ce café $turn", 1);
    remark($posts[4], 'Réponse', 'D’accord avec vous', 1, ['comment_parent' => remark($posts[4], 'Question', 'Quel moulin ?', 1)]);
    remark($posts[5], 'Indésirable', 'achetez ici', 1, ['comment_approved' => 0]);
} elseif ($what === 'change') {
    $find = fn ($title) => get_page_by_title($title, OBJECT, 'post')->ID;
    wp_delete_post($find('Café numéro 7'), true);
    wp_trash_post($find('Café numéro 200'));
    wp_update_post(['ID' => $find('Café numéro 9'), 'post_content' => '<p>Une correction heureuse.</p>']);
    wp_update_post(['ID' => $find('Café numéro 11'), 'post_status' => 'private']);
    $merci = get_comments(['search' => 'Merci pour ce café 42', 'number' => 1]);
    wp_delete_comment($merci[0]->comment_ID, true);
    write(get_user_by('login', 'oto')->ID, 'Tout frais', 0.01);
}
$listed = get_posts(['numberposts' => -1, 'post_status' => 'publish', 'date_query' => [['after' => '365 days ago']]]);
echo json_encode(['posts' => array_map(fn ($one) => ['url' => get_permalink($one), 'author' => get_userdata($one->post_author)->user_login,
    'locked' => $one->post_password !== '', 'modified' => $one->post_modified_gmt], $listed), 'comments' => (int) wp_count_comments()->approved]);
